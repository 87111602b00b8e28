import type { EpisodeState } from '#care';
import type { Standing } from './standing.js';

/** What is known of an episode as it was last told: its acts as they were recorded, whose it is, and the rows that stand of it. */
export interface Recalled {
  readonly organisation: string;
  readonly state: EpisodeState;
  /** Of the last event of any kind. */
  readonly revision: number;
  readonly standing: Standing;
}

/** A few hundred acts each: some tens of megabytes. */
const EPISODES = 1_000;

/**
 * Episodes that were told before, so that one more act costs one more row. What a transaction may still take back is kept in a draft, which
 * is forgotten with it.
 */
export class Recall {
  private readonly known = new Map<string, Recalled>();
  /** Whether what stands behind may be looked at: after an erasure it holds what is gone. */
  private isBlank = false;

  private constructor(private readonly behind: Recall | null) {}

  static nothing(): Recall {
    return new Recall(null);
  }

  draft(): Recall {
    return new Recall(this);
  }

  get(episodeId: string): Recalled | undefined {
    return this.known.get(episodeId) ?? (this.isBlank ? undefined : this.behind?.get(episodeId));
  }

  keep(episodeId: string, recalled: Recalled): void {
    this.known.delete(episodeId);
    this.known.set(episodeId, recalled);
    // A draft drops none: what stands behind it is older.
    if (this.behind || this.known.size <= EPISODES) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }

  forgetAll(): void {
    this.known.clear();
    this.isBlank = true;
  }

  /** The transaction is committed: what was drafted holds. */
  commit(): void {
    if (!this.behind) return;
    if (this.isBlank) this.behind.forgetAll();
    for (const [episodeId, recalled] of this.known) this.behind.keep(episodeId, recalled);
  }
}
