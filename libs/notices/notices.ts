import { existsSync, renameSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UNREADABLE, type StaffJoined, type Unreadable } from '#care';
import {
  Checkpoints,
  follow,
  inTransaction,
  isFileFailure,
  openIndexFile,
  pause,
  restAfter,
  type Codec,
  type EventStore,
  type StoredEvent,
} from '#event-store';
import type { z } from 'zod';
import { Clinic } from './book/clinic.js';
import { Outbox } from './book/outbox.js';
import { SCHEMA, VERSION } from './book/schema.js';
import type { Channel } from './channels/channel.js';
import { Dispatcher } from './dispatcher.js';
import { PACE, type Pace } from './pace.js';
import { Planner, type Moment, type OnFault } from './planner.js';
import {
  alertLoad,
  noticesPage,
  outboxStatus,
  type LoadView,
  type NoticeFilter,
  type NoticeView,
  type OutboxStatus,
} from './queries.js';

export interface NoticesParts {
  /** `data/notices.db` */
  readonly file: string;
  readonly store: EventStore;
  readonly codec: Pick<Codec<Unreadable>, 'read' | 'readFacts'>;
  readonly clock: { now(): Date };
  readonly channels: readonly Channel[];
  /** Under which people open Followthrough; links in notices begin with it. */
  readonly publicUrl: string;
  readonly operator: { warn(message: string): void };
  readonly pace?: Partial<Pace>;
  /** Whether something waits to be raised that goes before what is to be told. Default: never. */
  readonly isUrgentElsewhere?: () => boolean;
}

/** Named anew when more acts are kept: the log is then read again, and what was told stays told. */
const FOLLOWER = 'notices-2';
/** In a burst what is raised close together is planned together. */
const REST_MS = 40;
/** Planning that gives way rests no longer at once than a safety notice may wait. */
const LONGEST_REST_MS = 500;
/** So many lines are as good as more. */
const MOST_FAULTS = 1_000;

/**
 * Tells somebody. Every raised step becomes an addressed notice in a durable outbox, and every notice reaches a person or the next of
 * the ladder. It follows the log with its own file and checkpoint, and reads no view and no key but to look up an address.
 */
export class Notices {
  private readonly db: DatabaseSync;
  private readonly checkpoints: Checkpoints;
  private readonly clinic: Clinic;
  private readonly outbox: Outbox;
  private readonly planner: Planner;
  private readonly dispatcher: Dispatcher;
  private readonly pace: Pace;
  /** What the operator was told of and need not be again. */
  private readonly faults = new Set<string>();
  /** Nothing is planned before the log was read to its end: what it raised long ago may have ended since. */
  private isCaughtUp = false;
  /** What came of the log was forgotten: until it was read again nothing is sent, for nobody knows what is needed still. */
  private isForgetful: boolean;

  constructor(private readonly parts: NoticesParts) {
    const { file, channels, publicUrl, pace } = parts;
    this.pace = { ...PACE, ...pace };
    this.db = openIndexFile(file, VERSION, SCHEMA, () => this.keepAside());
    this.checkpoints = new Checkpoints(this.db);
    this.clinic = new Clinic(this.db);
    this.outbox = new Outbox(this.db);
    const names = channels.map(({ name }) => name);
    const onFault: OnFault = (what, error) => this.fault(what, error as Error);
    const kept = { outbox: this.outbox, pace: this.pace, onFault };
    this.planner = new Planner({ ...kept, clinic: this.clinic, channels: names });
    this.dispatcher = new Dispatcher({
      ...kept,
      planner: this.planner,
      channels,
      publicUrl,
      emailOf: (organisation, staff) => this.emailOf(organisation, staff),
      moment: () => this.moment(),
      together: (work) => inTransaction(this.db, work),
    });
    try {
      this.isForgetful = this.checkpoints.load(FOLLOWER) === null;
      inTransaction(this.db, () => {
        if (this.isForgetful) this.clinic.forget();
        this.outbox.channelsAre(names);
        this.clinic.hearAgain();
      });
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /** Follows the log, plans and sends, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.follow(signal),
      this.again(signal, 'planning notices', () => this.planInTurn(signal)),
      // Safety has a lane of its own: a morning of lists on a slow server does not hold it up.
      this.again(signal, 'sending safety notices', () => this.send(true)),
      this.again(signal, 'sending notices', () => this.send(false)),
    ]);
  }

  close(): void {
    for (const channel of this.parts.channels) channel.close();
    this.db.close();
  }

  page(filter: NoticeFilter): { rows: readonly NoticeView[]; next: string | null } {
    return noticesPage(this.db, filter);
  }

  alertLoad(organisation: string, from: string, to: string): readonly LoadView[] {
    return alertLoad(this.db, organisation, from, to);
  }

  status(): OutboxStatus {
    return outboxStatus(
      this.db,
      this.parts.channels.map(({ name }) => name),
    );
  }

  private follow(signal: AbortSignal): Promise<void> {
    const { store, operator } = this.parts;
    return follow({
      store,
      signal,
      load: () => this.checkpoints.load(FOLLOWER),
      apply: async (events, checkpoint) =>
        inTransaction(this.db, () => {
          for (const event of events) this.take(event);
          this.checkpoints.save(FOLLOWER, checkpoint);
        }),
      onRewound: async () => {
        this.isCaughtUp = false;
        this.isForgetful = true;
        operator.warn('notices: the log was restored or rewound; what was told stays told');
        inTransaction(this.db, () => {
          this.clinic.forget();
          this.checkpoints.forget(FOLLOWER);
        });
      },
      onCaughtUp: () => {
        this.isCaughtUp = true;
        this.isForgetful = false;
        if (!this.parts.isUrgentElsewhere?.()) this.plan();
      },
      restMs: () => REST_MS,
      onError: (error) => operator.warn(`notices wait: ${(error as Error).name}`),
    });
  }

  private async send(isSafety: boolean): Promise<number> {
    return this.isForgetful ? 0 : this.dispatcher.round(isSafety);
  }

  /** An event that cannot be read is told and passed over; the others go on. */
  private take(event: StoredEvent): void {
    try {
      this.clinic.take(event, this.parts.codec.readFacts);
    } catch (error) {
      if (isFileFailure(error)) throw error;
      this.parts.operator.warn(`notices: ${event.type} in ${event.streamId} cannot be read (${(error as Error).name})`);
    }
  }

  /** Who was told stands nowhere else: a damaged file is left for somebody to look at. */
  private keepAside(): void {
    const { file, operator } = this.parts;
    const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const end of ['', '-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, aside + end);
    operator.warn(
      `notices: ${file} is damaged, and lies in ${aside}: what is still open is told once more, and who was told before is not known`,
    );
  }

  /** Once in the life of this process; it shows as undelivered or failing as long as it lasts. */
  private fault(what: string, { name }: Error): void {
    if (this.faults.has(what) || this.faults.size >= MOST_FAULTS) return;
    this.faults.add(what);
    this.parts.operator.warn(`notices: ${what} cannot be dealt with (${name})`);
  }

  private plan(): number {
    return inTransaction(this.db, () => this.planner.plan(this.moment()));
  }

  private async planInTurn(signal: AbortSignal): Promise<number> {
    const began = performance.now();
    const planned = this.planAll();
    if (this.parts.isUrgentElsewhere?.()) await pause(restAfter(performance.now() - began, LONGEST_REST_MS), signal);
    return planned;
  }

  /** Whether it is time for a list is asked at each tick, not at each event: of all that waits for one it takes a look. */
  private planAll(): number {
    if (!this.isCaughtUp) return 0;
    return this.plan() || inTransaction(this.db, () => this.planner.lists(this.moment()));
  }

  private moment(): Moment {
    return { now: this.parts.clock.now().toISOString(), real: Date.now() };
  }

  /** Only here is a key needed. Whoever cannot be looked up is not reached by mail; the next of the ladder is. */
  private async emailOf(organisation: string, staff: string): Promise<string | null> {
    const position = this.clinic.joinedAt(organisation, staff);
    const event = position === null ? null : await this.parts.store.at(position);
    if (event?.type !== 'StaffJoined') return null;
    try {
      const { sealed } = this.parts.codec.read(event) as { sealed: Joined | Unreadable };
      return sealed === UNREADABLE ? null : (sealed.email ?? null);
    } catch {
      return null;
    }
  }

  /** Rounds until the signal aborts: at once while there is work, else after a tick; a failure is told once and waited out. */
  private async again(signal: AbortSignal, what: string, round: () => Promise<number>): Promise<void> {
    let told = '';
    while (!signal.aborted) {
      let worked = 0;
      try {
        worked = await round();
        told = '';
      } catch (error) {
        const { name, message } = error as Error;
        if (told !== message) this.parts.operator.warn(`${what} failed: ${name}: ${message}`);
        told = message;
      }
      // A turn of the event loop in between, so that what is asked meanwhile is answered.
      await pause(worked === 0 ? this.pace.tickMs : 0, signal);
    }
  }
}

type Joined = z.infer<NonNullable<typeof StaffJoined.sealed>>;
