import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '#event-store';
import { checkpointIn, newestViews } from './check/newest.js';
import { isMissing, isPassing, ViewsAway, ViewsRebuilding } from './failures.js';
import { viewsVersion, type Views } from './generation.js';
import { nameOf } from './parking.js';
import type { Place } from './place.js';
import { countParked, lagAfter, type ReadModelsStatus } from './status.js';
import type { TailError, TailOptions } from './tail.js';

/** How often it looks whether the views were built anew. */
const LOOK_MS = 1_000;
/** How often it looks whether somebody's write is in, while somebody waits for one. */
const WAIT_MS = 40;

/** Answers from views that another process keeps: from the newest complete ones, and from the next as soon as these took over. Writes nothing. */
export class Onlooker {
  private readonly ours: string;
  private place: Place | null = null;
  private serving: Views | null = null;
  private hindrance: TailError | null = null;
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly openPlace: () => Place,
    private readonly options: Pick<TailOptions, 'store' | 'clock' | 'projections'>,
  ) {
    this.ours = viewsVersion(options.projections);
  }

  /** With nothing to be seen yet it goes on looking. @throws what will not pass */
  async start(): Promise<void> {
    this.place = this.openPlace();
    try {
      await this.look();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    this.looking = this.keepLooking();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await this.place?.close();
    this.place = null;
    this.serving = null;
  }

  /** @throws ViewsAway, or ViewsRebuilding when the views are of another version and do not fit the query */
  async read<T>(query: (views: Views) => Promise<T>): Promise<T> {
    const seen = this.serving ?? (await this.lookNow());
    try {
      return await query(seen);
    } catch (error) {
      // Built anew between two looks, and these are gone.
      if (isMissing(error)) {
        const next = await this.lookNow();
        if (next !== seen) return query(next);
      }
      throw this.inWords(error, seen);
    }
  }

  async waitFor(position: string, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const reached = await this.position().catch(() => null);
      if (reached !== null && position <= reached) return true;
      if (performance.now() >= deadline || this.stopping.signal.aborted) return false;
      await sleep(WAIT_MS);
    }
  }

  async status(): Promise<ReadModelsStatus> {
    const position = await this.position().catch(() => null);
    const lag = await lagAfter(position, this.options);
    return {
      state: this.serving && !this.hindrance ? 'following' : 'waiting',
      position,
      lag,
      parked: await this.read(({ reader }) => countParked(reader)).catch(() => 0),
      caughtUp: lag?.events === 0,
      error: this.hindrance,
      views: this.ours,
    };
  }

  private position(): Promise<string | null> {
    return this.read(async ({ reader }) => (await checkpointIn(reader))?.position ?? null);
  }

  private async keepLooking(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(LOOK_MS, signal);
      // Said by the status; the next look may find it well.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  private async lookNow(): Promise<Views> {
    const seen = await this.look().catch((cause: unknown) => {
      throw new ViewsAway('the views do not answer', { cause });
    });
    if (!seen) throw new ViewsAway('the views are not there yet');
    return seen;
  }

  private async look(): Promise<Views | null> {
    try {
      if (!this.place) throw new ViewsAway('the views are not open');
      const newest = await newestViews(this.place);
      this.hindrance = newest ? null : { name: 'NoViews', attempt: 1 };
      if (newest?.number !== this.serving?.number) this.serving = newest;
      return this.serving;
    } catch (error) {
      this.hindrance = { name: nameOf(error), attempt: (this.hindrance?.attempt ?? 0) + 1 };
      throw error;
    }
  }

  private inWords(error: unknown, { views }: Views): unknown {
    if (isPassing(error)) return new ViewsAway('the views do not answer', { cause: error });
    if (views === this.ours) return error;
    return new ViewsRebuilding('the views are being built in their new form', { cause: error });
  }
}
