import { v5 } from 'uuid';
import { contentHash } from '#door';
import { idOf, isFileFailure, type StoredEvent } from '#event-store';
import type { Counters } from './counters.js';
import { followLog, type Follower } from './follow-log.js';
import { backOff, forEachLimited, pause, untilAborted } from './pause.js';
import type { Log, OperatorLog, ReadFacts } from './ports.js';
import type { Reaction, ReactionTask, ReactorBook } from './reactor-book.js';
import {
  episodesOfPerson,
  whenMerged,
  whenReferred,
  whenReopened,
  whenUnmerged,
  type Asked,
} from './reactor-persons.js';

export interface ReactorParts {
  readonly log: Log;
  readonly book: ReactorBook;
  readonly readFacts: ReadFacts;
  /** Passes one command through the door. `refused` is an answer; it throws when the episode cannot be told now, and is asked again. */
  readonly issue: (
    episodeId: string,
    command: Reaction,
    commandId: string,
    causationOccurredAt: string,
  ) => Promise<'done' | 'unchanged' | 'refused'>;
  readonly counters: Counters;
  readonly operator: OperatorLog;
  readonly ratePerSecond?: number;
}

/** Facts of patient, organisation and episode streams, as far as the reactor reads them. */
interface Facts {
  readonly patientId: string;
  readonly duplicate: string;
  readonly site?: string;
  readonly staff: string;
  /** Whose work others do, and from when until when. */
  readonly absent: string;
  readonly cover: string;
  readonly from: string;
  readonly until: string;
  readonly careManager: string;
  readonly to: string;
  readonly revision: number;
  readonly retracts: number;
  /** Whole in the organisation's stream, a hash in an episode's. */
  readonly pathway: unknown;
  readonly calendar: unknown;
}

type Handler = (event: StoredEvent, facts: Facts) => void;

/** A fact that stands, with the hash of what it set. */
interface Named {
  readonly id: string;
  readonly hash: string;
}

type Cover = Pick<Facts, 'cover' | 'from' | 'until'>;

/** A referral is the first event of an episode and its pin the second. */
const FIRST_PIN = 1;
const CONCURRENCY = 4;
const RATE = 50;
const TICK_MS = 200;
const MOST_WAIT_MS = 300_000;

/**
 * Carries facts from the streams of patients and organisations to the episodes they concern: a death, somebody who left, new
 * hours, a new pathway. Each becomes one command per episode whose id is v5(event, episode), so that passing it on twice is harmless.
 */
export class Reactor {
  /** Whether the log was read to its end: in the midst of it nobody knows what became of a fact since. */
  private hasRead = false;

  constructor(private readonly parts: ReactorParts) {}

  /** Follows the log and passes on what it asks for, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, counters, operator } = this.parts;
    await Promise.all([followLog(this.follower(), { log, counters, operator, signal }), this.workOff(signal)]);
  }

  private follower(): Follower {
    const { book } = this.parts;
    return {
      name: 'reactor',
      load: () => book.checkpoint(),
      rewound: () => {
        this.hasRead = false;
        book.reset();
      },
      apply: (events, checkpoint) => book.moveOn(checkpoint, () => events.forEach((event) => this.take(event))),
      passed: (checkpoint) => book.moveOn(checkpoint, () => undefined),
      caughtUp: () => (this.hasRead = true),
    };
  }

  /** An event that cannot be read is counted and passed over; the others go on. */
  private take(event: StoredEvent): void {
    const handler = this.handlers[event.type];
    if (!handler) return;
    try {
      handler(event, this.parts.readFacts(event) as Facts);
    } catch (error) {
      if (isFileFailure(error)) throw error;
      this.parts.counters.unreadable += 1;
      this.parts.operator.warn(`reactor: ${event.type} in ${event.streamId} cannot be read (${(error as Error).name})`);
    }
  }

  private readonly handlers: Readonly<Record<string, Handler>> = {
    // ——— what the streams of patients and organisations ask of episodes ———
    PatientDied: (event) => {
      const patientId = idOf(event);
      // What is told later, such as its date, is of the same death: episodes know it by the first report, which a retraction names.
      if (this.parts.book.standing('death', patientId)) return;
      this.parts.book.stands('death', patientId, {
        id: event.id,
        revision: event.revision,
        occurredAt: event.occurredAt,
      });
      this.fanOut(event, episodesOfPerson(this.parts.book, patientId), {
        type: 'NoteDeath',
        patientRevision: event.revision,
      });
    },
    PatientDeathRetracted: (event, { retracts }) => {
      const patientId = idOf(event);
      this.parts.book.standsNoLonger('death', patientId);
      this.fanOut(event, episodesOfPerson(this.parts.book, patientId), {
        type: 'RetractDeathNote',
        // The episode knows the death by the revision of its report.
        patientRevision: retracts,
      });
    },
    PatientsMerged: (event, { duplicate }) =>
      this.queueAll(event, whenMerged(this.parts.book, { event, lead: idOf(event), duplicate })),
    PatientsUnmerged: (event, { duplicate }) =>
      this.queueAll(event, whenUnmerged(this.parts.book, { event, lead: idOf(event), duplicate })),
    CoverageArranged: (event, { absent, cover, from, until }) => {
      const key = staffKey(event.organisation, absent);
      this.parts.book.stands('cover', key, { arranged: [...this.coversOf(key), { cover, from, until }] });
    },
    // Whose work is covered keeps it, in the hands of the cover, until others are assigned.
    StaffLeft: (event, { staff }) => {
      if (this.isCovered(event, staff)) return;
      this.parts.book.stands('left', staffKey(event.organisation, staff), {
        id: event.id,
        occurredAt: event.occurredAt,
      });
      this.fanOut(event, this.parts.book.episodesOfCareManager(staff, event.organisation), release(staff));
    },
    StaffJoined: (event, { staff }) => {
      this.parts.book.standsNoLonger('left', staffKey(event.organisation, staff));
      this.parts.book.cameBack(staff, event.organisation);
    },
    SiteOpened: (event, { site, calendar }) => this.hoursStand(event, site, calendar),
    SiteHoursSet: (event, { site, calendar }) => {
      this.hoursStand(event, site, calendar);
      this.fanOut(event, this.parts.book.openEpisodesOf(event.organisation, site), { type: 'Repin' });
    },
    PathwayAdopted: (event, { pathway }) => {
      const { book } = this.parts;
      const { id, revision, organisation } = event;
      book.stands('pathway', organisation, { id, hash: contentHash(pathway) });
      const episodes = book.openEpisodesOf(organisation);
      book.adopted(organisation, { id, revision, episodes: episodes.length });
      for (const episodeId of episodes) this.queue(event, id, episodeId, { type: 'Repin' }, id);
    },

    // ——— which episode belongs to whom ———
    PatientReferred: (event, { patientId, site }) => {
      const { book } = this.parts;
      book.referred(idOf(event), patientId, event.organisation, site ?? event.site);
      this.queueAll(event, whenReferred(book, { event, episodeId: idOf(event), patientId }));
    },
    EpisodePinned: (event, { pathway, calendar }) => this.noticeLaterPolicy(event, pathway, calendar),
    CareManagerAssigned: (event, { careManager }) => this.assign(event, careManager),
    CareManagerReleased: (event, { careManager }) => this.parts.book.released(idOf(event), careManager),
    EpisodeTransferred: (event, { to, site }) => {
      if (site !== undefined) this.parts.book.movedTo(idOf(event), site);
      this.assign(event, to);
    },
    ReferralClosed: (event) => this.parts.book.ended(idOf(event), event.revision),
    EpisodeDischarged: (event) => this.parts.book.ended(idOf(event), event.revision),
    PatientDeathNoted: (event) => {
      this.parts.book.ended(idOf(event), event.revision);
      // By it a retraction tells what the death had ended from what had ended before.
      this.parts.book.stands('note', idOf(event), { revision: event.revision });
    },
    PatientDeathNoteRetracted: (event) =>
      this.reopen(event, this.parts.book.standing<{ revision: number }>('note', idOf(event))?.revision),
    ActVoided: (event, { revision }) => this.reopen(event, revision),
  };

  /** An assignment that was decided while the care manager left is released at once. */
  private assign(event: StoredEvent, staff: string): void {
    const { book } = this.parts;
    book.assigned(idOf(event), staff);
    const left = book.standing<{ id: string; occurredAt: string }>('left', staffKey(event.organisation, staff));
    if (left) this.queue(event, `${left.id}:${event.id}`, idOf(event), release(staff));
  }

  private coversOf(key: string): readonly Cover[] {
    return this.parts.book.standing<{ arranged: readonly Cover[] }>('cover', key)?.arranged ?? [];
  }

  /** By the arrangement made last; who is back covers for themselves. */
  private isCovered({ organisation, recordedAt }: StoredEvent, staff: string): boolean {
    const at = Date.parse(recordedAt);
    const holding = this.coversOf(staffKey(organisation, staff)).findLast(
      ({ from, until }) => Date.parse(from) <= at && at < Date.parse(until),
    );
    return holding !== undefined && holding.cover !== staff;
  }

  private hoursStand(event: StoredEvent, site: string | undefined, calendar: unknown): void {
    if (site !== undefined && calendar !== undefined)
      this.parts.book.stands('hours', `${event.organisation}/${site}`, { id: event.id, hash: contentHash(calendar) });
  }

  /** A referral or a move that was decided while a pathway was adopted or hours were set has pinned what held before. */
  private noticeLaterPolicy(event: StoredEvent, pathway: unknown, calendar: unknown): void {
    const { book } = this.parts;
    const episodeId = idOf(event);
    const isFirst = event.revision === FIRST_PIN;
    const standing = [
      // A later pin may name the pathway it began with for ever; hours are those of the site in every pin.
      [isFirst ? book.standing<Named>('pathway', event.organisation) : null, pathway],
      [book.standing<Named>('hours', `${event.organisation}/${book.siteOf(episodeId)}`), calendar],
    ] as const;
    for (const [fact, pinned] of standing)
      if (fact && fact.hash !== pinned) this.queue(event, isFirst ? fact.id : event.id, episodeId, { type: 'Repin' });
  }

  /** What was adopted or set while it was ended has passed it by, and another episode may have begun. */
  private reopen(event: StoredEvent, revision?: number): void {
    const { book } = this.parts;
    const episodeId = idOf(event);
    // What was undone may be a transfer: the event says where the episode is since.
    book.movedTo(episodeId, event.site);
    if (!book.reopened(episodeId, revision)) return;
    this.queue(event, event.id, episodeId, { type: 'Repin' });
    this.queueAll(event, whenReopened(book, { event, episodeId }));
  }

  private fanOut(event: StoredEvent, episodes: readonly string[], command: Reaction): void {
    for (const episodeId of episodes) this.queue(event, event.id, episodeId, command);
  }

  private queueAll(event: StoredEvent, asked: readonly Asked[]): void {
    for (const { cause, episodeId, command } of asked) this.queue(event, cause, episodeId, command);
  }

  private queue(event: StoredEvent, cause: string, episodeId: string, command: Reaction, adoption?: string): void {
    const { occurredAt, position } = event;
    const commandId = reactionId(cause, episodeId);
    this.parts.book.queue({
      ...{ commandId, episodeId, command, occurredAt, position },
      ...(adoption === undefined ? {} : { adoption }),
    });
  }

  /** Passes on what waits, at a bounded rate; what fails waits by itself, ever longer. */
  private workOff(signal: AbortSignal): Promise<void> {
    const share = Math.max(1, Math.round(((this.parts.ratePerSecond ?? RATE) * TICK_MS) / 1000));
    const round = async (): Promise<void> => {
      const turn = this.hasRead ? this.parts.book.ready(Date.now(), share) : [];
      await Promise.all([
        forEachLimited(turn, CONCURRENCY, signal, (task) => this.passOn(task)),
        pause(TICK_MS, signal),
      ]);
    };
    return untilAborted(signal, round, (error) =>
      this.parts.operator.warn(`waiting reactions: ${error.name}: ${error.message}`),
    );
  }

  private async passOn(task: ReactionTask): Promise<void> {
    const { book, counters, operator, issue } = this.parts;
    try {
      const answer = await issue(task.episodeId, task.command, task.commandId, task.occurredAt);
      counters.reactions += 1;
      if (answer === 'refused') {
        counters.reactionsRefused += 1;
        operator.warn(`reactor: episode ${task.episodeId} refused ${task.command.type}`);
        book.refused(task);
      } else book.done(task);
    } catch (error) {
      counters.reactionsFailed += 1;
      operator.warn(`reactor: ${task.command.type} waits for episode ${task.episodeId}: ${(error as Error).name}`);
      book.later(task.commandId, Date.now() + backOff(task.tries, MOST_WAIT_MS, 1000));
    }
  }
}

/** The same fact and episode always give the same command id. */
export const reactionId = (cause: string, episodeId: string): string => v5(cause, episodeId);

const release = (careManager: string): Reaction => ({ type: 'ReleaseCareManager', careManager, reason: 'staff-left' });
const staffKey = (organisation: string, staff: string): string => `${organisation}/${staff}`;
