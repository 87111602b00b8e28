import type { Unreadable } from '#care';
import { follow, type Checkpoint, type Codec, type EventStore, type StoredEvent } from '#event-store';
import { WriterElsewhere } from './failures.js';
import type { Generation } from './generation.js';
import { nameOf } from './parking.js';
import { CATEGORIES, type Projection } from './projection.js';
import { Halted, Projector } from './projector.js';
import { Waiting } from './waiting.js';

/** Streams whose events the views are made of. */
export const PREFIXES: readonly string[] = CATEGORIES.map((one) => `${one}-`);
/** The most events that one transaction takes in. */
const BATCH = 500;
/** How long it lets the log grow while something is owed: what is due goes before what is only shown. */
const REST_MS = 50;
export const FOLLOWER = 'read-models';

/** What keeps a tail from going on; it tries again by itself. No words of the error: they could quote a patient. */
export interface TailError {
  readonly name: string;
  readonly attempt: number;
  /** Set when a projection halts on an event. */
  readonly projection?: string;
  readonly position?: string;
}

export interface TailOptions {
  readonly store: EventStore;
  readonly codec: Pick<Codec<Unreadable>, 'read'>;
  readonly clock: { now(): Date };
  readonly projections: readonly Projection[];
  /** Whether something that is due waits for its turn: then the views take theirs more rarely. */
  readonly isUrgentElsewhere?: (() => boolean) | undefined;
  /** Around each batch that is taken in. */
  readonly around?: ((events: readonly StoredEvent[], work: () => Promise<void>) => Promise<void>) | undefined;
}

/** Brings the log into one generation for as long as it runs. */
export class Tail {
  position: string | null = null;
  caughtUp = false;
  error: TailError | null = null;
  /** True when everything there was is in, false when the tail ended before. */
  readonly firstCaughtUp: Promise<boolean>;
  private readonly arrived = Promise.withResolvers<boolean>();
  private readonly waiting = new Waiting();
  private readonly ending = new AbortController();
  private readonly projector: Projector;
  private following: Promise<void> = Promise.resolve();

  constructor(
    readonly generation: Generation,
    private readonly options: TailOptions,
    private readonly on: {
      moved: (tail: Tail) => void;
      caughtUp: (tail: Tail) => Promise<void>;
      displaced: (error: WriterElsewhere) => void;
      rewound: (tail: Tail) => void;
    },
  ) {
    const { projections, codec, clock, isUrgentElsewhere } = options;
    this.projector = new Projector(generation, projections, codec, clock, FOLLOWER, isUrgentElsewhere);
    this.firstCaughtUp = this.arrived.promise;
  }

  async start(): Promise<void> {
    this.position = (await this.resume())?.position ?? null;
    this.following = follow({
      store: this.options.store,
      prefixes: PREFIXES,
      batchSize: BATCH,
      signal: this.ending.signal,
      load: () => this.resume(),
      apply: (events, checkpoint) => this.apply(events, checkpoint),
      onCaughtUp: async () => {
        await this.on.caughtUp(this);
        this.caughtUp = true;
        this.error = null;
        this.arrived.resolve(true);
      },
      restMs: () => (this.options.isUrgentElsewhere?.() ? REST_MS : 0),
      onRewound: async () => {
        // These rows tell of a log that is no more: nothing may be added to them.
        this.ending.abort();
        this.on.rewound(this);
      },
      onError: (error, attempt) => this.failed(error, attempt),
    }).finally(() => {
      this.arrived.resolve(false);
      this.waiting.giveUp();
    });
  }

  /** True once the position is in; false when the tail ended before. */
  until(position: string): Promise<boolean> {
    return this.waiting.until(position, this.position);
  }

  async replayParked(): Promise<{ replayed: number; parked: number }> {
    return this.projector.replayParked((position) => this.options.store.at(position));
  }

  /** A batch in progress is finished first. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.following;
    await this.projector.atRest();
  }

  private async resume(): Promise<Checkpoint | null> {
    await this.projector.load();
    return this.projector.checkpoint();
  }

  private async apply(events: Parameters<Projector['apply']>[0], checkpoint: Checkpoint): Promise<void> {
    const { around = (_events, work) => work() } = this.options;
    await around(events, () => this.projector.apply(events, checkpoint));
    this.position = checkpoint.position;
    this.error = null;
    this.waiting.reached(this.position);
    this.on.moved(this);
  }

  private failed(error: unknown, attempt: number): void {
    this.caughtUp = false;
    const halted = error instanceof Halted ? { projection: error.projection, position: error.position } : {};
    if (error instanceof WriterElsewhere) this.on.displaced(error);
    this.error = { name: nameOf(error instanceof Halted ? error.cause : error), attempt, ...halted };
  }
}
