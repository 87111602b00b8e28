import { pause } from '#event-store';
import { isMissing, isPassing, ViewsAway, ViewsRebuilding, WriterElsewhere } from './failures.js';
import { Generations, viewsVersion, type Generation, type Views } from './generation.js';
import { nameOf } from './parking.js';
import type { Place } from './place.js';
import { Serving } from './serving.js';
import { lookOn } from './standby.js';
import { countParked, lagAfter, type ReadModelsStatus } from './status.js';
import { Tail, type TailError, type TailOptions } from './tail.js';
import { Waiting } from './waiting.js';

const BEFORE_TRYING_AGAIN_MS = 5_000;
const BEFORE_OPENING_AGAIN_MS = 1_000;

interface Building {
  tail: Tail | null;
  error: TailError | null;
  done: Promise<void>;
}

/** Keeps one generation of views up to date and answers from it; builds the next one beside it when that is needed. */
export class Runner {
  private readonly waiting = new Waiting();
  private readonly serving = new Serving();
  private readonly ours: string;
  private place: Place | null = null;
  /** Follows into the serving generation; null while that tells of another log, or is of another version. */
  private tail: Tail | null = null;
  private building: Building | null = null;
  private stopping = new AbortController();
  /** Set while these views cannot be written; they may be read all the same. */
  private hindrance: TailError | null = null;
  /** How far another process, which writes them, has brought them. */
  private seenPosition: string | null = null;
  private opening: Promise<void> = Promise.resolve();

  constructor(
    private readonly openPlace: () => Place,
    private readonly options: TailOptions,
  ) {
    this.ours = viewsVersion(options.projections);
  }

  /** When the place is away for now, opening it goes on by itself. @throws what will not pass */
  async start(): Promise<void> {
    if (this.place) return;
    this.stopping = new AbortController();
    this.place = this.openPlace();
    try {
      await this.open();
    } catch (error) {
      if (isPassing(error)) {
        this.opening = this.openLater(error);
        return;
      }
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.opening;
    await this.building?.tail?.stop();
    await this.building?.done;
    await this.tail?.stop();
    this.waiting.giveUp();
    await this.serving.end();
    await this.place?.close();
    this.tail = null;
    this.place = null;
    this.seenPosition = null;
    this.hindrance = null;
  }

  /** Runs a query on the newest complete views. @throws ViewsAway, or ViewsRebuilding when they are of another version and do not fit it */
  async read<T>(query: (views: Views) => Promise<T>): Promise<T> {
    const views = this.serving.current;
    if (!views) throw new ViewsAway('the views are not open');
    try {
      return await this.serving.ask(views, query);
    } catch (error) {
      const isGone = this.hindrance !== null && isMissing(error);
      if (isPassing(error) || isGone) throw new ViewsAway('the views do not answer', { cause: error });
      if (views.views === this.ours) throw error;
      throw new ViewsRebuilding('the views are being built in their new form', { cause: error });
    }
  }

  /** Whether what was written at this position is in the rows, waiting for it at most so long. */
  waitFor(position: string, timeoutMs: number): Promise<boolean> {
    return this.waiting.until(position, this.position, timeoutMs);
  }

  async status(): Promise<ReadModelsStatus> {
    const { position } = this;
    return {
      state: this.state(),
      position,
      lag: await lagAfter(position, this.options),
      parked: this.serving.current ? await this.read(({ reader }) => countParked(reader)).catch(() => 0) : 0,
      caughtUp: this.tail?.caughtUp ?? false,
      error:
        (this.isReading() ? null : this.hindrance) ??
        this.building?.error ??
        this.building?.tail?.error ??
        this.tail?.error ??
        null,
      views: this.ours,
    };
  }

  /** Tries what was set aside again. */
  async replayParked(): Promise<{ replayed: number; parked: number }> {
    return (await this.tail?.replayParked()) ?? { replayed: 0, parked: 0 };
  }

  /** Builds everything from the first event in a new generation; until it has caught up, the old one answers. Nothing where another process writes. */
  rebuild(): Promise<void> {
    if (!this.building) {
      const building: Building = { tail: null, error: null, done: Promise.resolve() };
      this.building = building;
      building.done = this.build(building).finally(() => (this.building = null));
    }
    return this.building.done;
  }

  private state(): ReadModelsStatus['state'] {
    if (this.hindrance) return this.isReading() ? 'reading' : 'waiting';
    return this.building ? 'rebuilding' : this.tail ? 'following' : 'stopped';
  }

  private isReading = (): boolean => this.hindrance?.name === 'WriterElsewhere' && this.serving.current !== null;

  private get position(): string | null {
    return this.tail ? this.tail.position : this.seenPosition;
  }

  private async open(): Promise<void> {
    const generation = await this.generations().openNewest();
    try {
      // Rows of another shape are read as far as they can be, and never added to.
      const tail = generation.views === this.ours ? this.newTail(generation) : null;
      this.tail = tail;
      await tail?.start();
      this.serving.replaceBy(generation, (before) => before.close());
      this.hindrance = null;
      // What another version of the code set aside, this one may be able to take in; if not, the status goes on saying so.
      if (tail) await tail.replayParked().catch(() => undefined);
      else void this.rebuild();
    } catch (error) {
      this.tail = null;
      await generation.close();
      throw error;
    }
  }

  private async openLater(error: unknown): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1, cause = error; !signal.aborted; attempt += 1) {
      this.hindrance = { name: nameOf(cause), attempt };
      if (cause instanceof WriterElsewhere) await this.readAlong(signal);
      else await pause(BEFORE_OPENING_AGAIN_MS, signal);
      if (signal.aborted) return;
      try {
        return await this.open();
      } catch (next) {
        cause = next;
      }
    }
  }

  /** Answers from what another process writes, and follows when it takes over to newer views. */
  private async readAlong(signal: AbortSignal): Promise<void> {
    if (!this.place) return;
    await lookOn(this.place, { forMs: BEFORE_OPENING_AGAIN_MS, signal }, (views, position) => {
      if (views.number !== this.serving.current?.number) this.serving.replaceBy(views, (before) => before.close());
      this.seenPosition = position;
      if (position !== null) this.waiting.reached(position);
    });
  }

  /** Another process took the right to write while our connection was lost: what we follow and build ends, and we read along. */
  private stepBack(error: WriterElsewhere): void {
    if (this.hindrance || this.stopping.signal.aborted) return;
    this.hindrance = { name: nameOf(error), attempt: 0 };
    const following = this.tail;
    this.opening = (async () => {
      await this.building?.tail?.stop();
      await following?.stop();
      this.tail = null;
      await this.openLater(error);
    })();
  }

  private generations(): Generations {
    if (!this.place) throw new ViewsAway('the views are not open');
    return new Generations(this.place, this.options.projections);
  }

  private newTail(generation: Generation): Tail {
    return new Tail(generation, this.options, {
      moved: (tail) => this.announce(tail),
      caughtUp: async (tail) => {
        if (tail === this.tail) await generation.complete();
      },
      displaced: (error) => this.stepBack(error),
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

  /** Until it is done, another process writes, or everything stops; never rejects. */
  private async build(building: Building): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.attempt(building, signal)) return;
      } catch (error) {
        // Whoever writes builds them.
        if (error instanceof WriterElsewhere) return this.stepBack(error);
        building.error = { name: nameOf(error), attempt: (building.error?.attempt ?? 0) + 1 };
        await pause(BEFORE_TRYING_AGAIN_MS, signal);
      }
    }
  }

  /** False when the log was replaced meanwhile, or everything stops. */
  private async attempt(building: Building, signal: AbortSignal): Promise<boolean> {
    const tail = this.newTail(await this.generations().create());
    building.tail = tail;
    let tookOver = false;
    try {
      if (!signal.aborted) await tail.start();
      if (!signal.aborted && (await tail.firstCaughtUp) && (await this.isAbreast(tail))) {
        await this.takeOver(tail);
        tookOver = true;
      }
    } finally {
      if (!tookOver) {
        await tail.stop();
        // What cannot be removed now goes at the next start.
        await tail.generation.discard().catch(() => undefined);
      }
    }
    return tookOver;
  }

  /** Nobody who has seen something newer may be shown something older: the old tail rests, the new one comes up to it. */
  private async isAbreast(tail: Tail): Promise<boolean> {
    await this.tail?.stop();
    return this.tail?.position ? tail.until(this.tail.position) : true;
  }

  private async takeOver(tail: Tail): Promise<void> {
    await tail.generation.complete();
    this.serving.replaceBy(tail.generation, (before) => this.discard(before));
    this.tail = tail;
    this.announce(tail);
  }

  private async discard(views: Views): Promise<void> {
    await views.close();
    await this.place?.remove(views.number);
  }
}
