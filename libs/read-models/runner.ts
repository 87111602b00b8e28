import { setTimeout as sleep } from 'node:timers/promises';
import { Generations, viewsVersion, type Generation } from './generation.js';
import { nameOf } from './parking.js';
import type { Database } from './projection.js';
import { PREFIXES, Tail, type TailError, type TailOptions } from './tail.js';
import { Waiting } from './waiting.js';

/** The views cannot be read now: they are being built in a form that this version needs. Becomes a 503. */
export class ViewsRebuilding extends Error {
  override readonly name = 'ViewsRebuilding';
}

export interface ReadModelsStatus {
  readonly state: 'stopped' | 'following' | 'rebuilding';
  /** How far the log is in the rows that queries see; null before the first event, or when they tell of a log that is no more. */
  readonly position: string | null;
  /** What queries do not see yet: events (`more`: at least so many) and the age of the oldest; null when the log cannot be read. */
  readonly lag: { readonly events: number; readonly more: boolean; readonly seconds: number } | null;
  /** Events set aside. */
  readonly parked: number;
  readonly caughtUp: boolean;
  readonly error: TailError | null;
  readonly views: string;
}

/** How far `status` counts. */
const COUNTED = 1_000;
const BEFORE_TRYING_AGAIN_MS = 5_000;

interface Building {
  tail: Tail | null;
  error: TailError | null;
  done: Promise<void>;
}

/** Keeps one generation of views up to date and answers from it; builds the next one beside it when that is needed. */
export class Runner {
  private readonly generations: Generations;
  private readonly waiting = new Waiting();
  private readonly inUse = new Map<Generation, number>();
  private readonly retired = new Set<Generation>();
  private readonly ours: string;
  private serving: Generation | null = null;
  /** Follows into the serving generation; null while that tells of another log, or is of another version. */
  private tail: Tail | null = null;
  private building: Building | null = null;
  private stopping = new AbortController();

  constructor(
    file: string,
    private readonly options: TailOptions,
  ) {
    this.generations = new Generations(file, options.projections);
    this.ours = viewsVersion(options.projections);
  }

  async start(): Promise<void> {
    if (this.serving) return;
    this.stopping = new AbortController();
    this.serving = await this.generations.openNewest();
    if (this.serving.views === this.ours) {
      this.tail = this.newTail(this.serving);
      await this.tail.start();
      // What another version of the code set aside, this one may be able to take in; if not, the status goes on saying so.
      await this.tail.replayParked().catch(() => undefined);
    }
    // Rows of another shape are read as far as they can be, and never added to.
    else void this.rebuild();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.building?.tail?.stop();
    await this.building?.done;
    await this.tail?.stop();
    this.waiting.giveUp();
    for (const generation of this.retired) await generation.discard();
    this.retired.clear();
    await this.serving?.close();
    this.tail = null;
    this.serving = null;
  }

  /** Runs a query on the newest complete views. @throws ViewsRebuilding when they are of another version and do not fit it */
  async read<T>(query: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.serving;
    if (!generation) throw new ViewsRebuilding('the views are not open');
    this.inUse.set(generation, (this.inUse.get(generation) ?? 0) + 1);
    try {
      return await query(generation);
    } catch (error) {
      if (generation.views === this.ours) throw error;
      throw new ViewsRebuilding('the views are being built in their new form', { cause: error });
    } finally {
      this.release(generation);
    }
  }

  /** Whether what was written at this position is in the rows, waiting for it at most so long. */
  waitFor(position: string, timeoutMs: number): Promise<boolean> {
    return this.waiting.until(position, this.tail?.position ?? null, timeoutMs);
  }

  async status(): Promise<ReadModelsStatus> {
    const position = this.tail?.position ?? null;
    return {
      state: this.building ? 'rebuilding' : this.tail ? 'following' : 'stopped',
      position,
      lag: await this.lagAfter(position),
      parked: this.serving ? await this.read(({ reader }) => countParked(reader)).catch(() => 0) : 0,
      caughtUp: this.tail?.caughtUp ?? false,
      error: this.building?.error ?? this.building?.tail?.error ?? this.tail?.error ?? null,
      views: this.ours,
    };
  }

  /** Tries what was set aside again. */
  async replayParked(): Promise<{ replayed: number; parked: number }> {
    return (await this.tail?.replayParked()) ?? { replayed: 0, parked: 0 };
  }

  /** Builds everything from the first event in a new file; until it has caught up, queries are answered from the old one. */
  rebuild(): Promise<void> {
    if (!this.building) {
      const building: Building = { tail: null, error: null, done: Promise.resolve() };
      this.building = building;
      building.done = this.build(building).finally(() => (this.building = null));
    }
    return this.building.done;
  }

  private newTail(generation: Generation): Tail {
    return new Tail(generation, this.options, {
      moved: (tail) => this.announce(tail),
      caughtUp: (tail) => {
        if (tail === this.tail && !generation.isComplete) void generation.complete();
      },
      rewound: (tail) => {
        if (tail !== this.tail) return;
        this.tail = null;
        void this.rebuild();
      },
    });
  }

  private announce(tail: Tail | null): void {
    if (tail?.position && tail === this.tail) this.waiting.reached(tail.position);
  }

  /** Until it is done or everything stops; never rejects. */
  private async build(building: Building): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.attempt(building, signal)) return;
      } catch (error) {
        building.error = { name: nameOf(error), attempt: (building.error?.attempt ?? 0) + 1 };
        await sleep(BEFORE_TRYING_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** False when the log was replaced meanwhile, or everything stops. */
  private async attempt(building: Building, signal: AbortSignal): Promise<boolean> {
    const tail = this.newTail(await this.generations.create());
    building.tail = tail;
    if (!signal.aborted) await tail.start();
    if (!signal.aborted && (await tail.firstCaughtUp) && (await this.isAbreast(tail))) {
      await this.takeOver(tail);
      return true;
    }
    await tail.stop();
    await tail.generation.discard();
    return false;
  }

  /** Nobody who has seen something newer may be shown something older: the old tail rests, the new one comes up to it. */
  private async isAbreast(tail: Tail): Promise<boolean> {
    await this.tail?.stop();
    return this.tail?.position ? tail.until(this.tail.position) : true;
  }

  private async takeOver(tail: Tail): Promise<void> {
    const old = this.serving;
    await tail.generation.complete();
    this.serving = tail.generation;
    this.tail = tail;
    this.announce(tail);
    if (!old) return;
    this.retired.add(old);
    this.discardUnused(old);
  }

  private release(generation: Generation): void {
    const left = (this.inUse.get(generation) ?? 1) - 1;
    if (left > 0) this.inUse.set(generation, left);
    else this.inUse.delete(generation);
    this.discardUnused(generation);
  }

  private discardUnused(generation: Generation): void {
    if (!this.inUse.has(generation) && this.retired.delete(generation)) void generation.discard();
  }

  private async lagAfter(position: string | null): Promise<ReadModelsStatus['lag']> {
    const { store, clock } = this.options;
    try {
      const waiting = await store.readAll({
        prefixes: PREFIXES,
        limit: COUNTED,
        ...(position === null ? {} : { after: position }),
      });
      const [oldest] = waiting;
      const seconds = oldest ? Math.max(0, (clock.now().getTime() - Date.parse(oldest.recordedAt)) / 1000) : 0;
      return { events: waiting.length, more: waiting.length === COUNTED, seconds };
    } catch {
      return null;
    }
  }
}

async function countParked(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('parked')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
