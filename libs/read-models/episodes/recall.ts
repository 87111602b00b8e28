import type { EpisodeState } from '#care';

/** What was read of an episode: its acts as they were recorded, and whose it is. */
export interface Recalled {
  readonly organisation: string;
  readonly state: EpisodeState;
}

/** A few hundred acts each: some tens of megabytes. */
const EPISODES = 1_000;

/**
 * Episodes that were read before, so that one more act costs one more row. Rows that a transaction may still take back are kept in a draft,
 * which is forgotten with them.
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
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size > EPISODES) this.known.delete(oldest);
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
