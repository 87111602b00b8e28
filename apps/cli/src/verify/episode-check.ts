import { compareInstants, lateness, nextDue, type DueStep, type LedgerEntry } from '#care';
import type { StoredEvent } from '#event-store';
import type { Latenesses } from './lateness.js';
import { foldOpen, NONE_OPEN } from './open-follow-ups.js';
import { plannedSteps } from './planned-steps.js';
import type { Problem, ProblemKind } from './problem.js';
import { isDecisive, Standing } from './standing.js';

/** What an episode's check reports to; shared by all episodes of a log. */
export interface EpisodeFindings {
  readonly latenesses: Latenesses;
  readonly graceMs: number;
  found(problem: Problem): void;
  /** @throws when this build cannot read the event */
  readFacts(event: StoredEvent): unknown;
}

interface RaisedFacts {
  readonly followUpId: string;
  readonly step: number;
  readonly at: string;
  readonly standsFor?: readonly number[];
}

/**
 * Follows one episode through the log and notices what must never happen to a follow-up. It keeps what is open and the few acts that
 * say whether the episode is; everything else is forgotten as soon as it was judged.
 */
export class EpisodeCheck {
  private open = NONE_OPEN;
  private ended = NONE_ENDED;
  private readonly standing = new Standing();
  private lastRevision = -1;
  private lastRecordedAt = '';
  private wasWithout = false;

  constructor(
    private readonly streamId: string,
    private readonly findings: EpisodeFindings,
  ) {}

  take(event: StoredEvent): void {
    try {
      // One append has one time: between two of them the episode stood as it was.
      if (event.recordedAt > this.lastRecordedAt) this.judgeStanding();
      this.lastRevision = event.revision;
      this.lastRecordedAt = event.recordedAt;
      if (event.type.startsWith('FollowUp')) this.takeFollowUp(event, this.factsOf(event));
      else if (isDecisive(event.type)) this.standing.take(event, this.factsOf(event));
    } catch {
      this.problem('unreadable', event.revision, `${event.type} cannot be read by this build`);
    }
  }

  /** Judges what is open at the end of the log. `now` in epoch milliseconds. */
  finish(now: number): { openFollowUps: number; wasWithoutFollowUp: boolean } {
    try {
      this.judgeStanding();
    } catch {
      this.problem('unreadable', this.lastRevision, 'whether it has ended cannot be told');
    }
    for (const entry of this.open.values()) this.judgeSilence(entry, now);
    return { openFollowUps: this.open.size, wasWithoutFollowUp: this.wasWithout };
  }

  /** A schema newer than this build adds to what it knows: the plain facts still say which, when and whom. */
  private factsOf(event: StoredEvent): unknown {
    try {
      return this.findings.readFacts(event);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'newer-schema') return event.body.facts;
      throw error;
    }
  }

  private takeFollowUp(event: StoredEvent, facts: unknown): void {
    const { type, revision, recordedAt } = event;
    try {
      this.judgeFollowUp(event, facts);
    } finally {
      this.open = foldOpen(this.open, { type, facts, revision, recordedAt });
    }
    // An ended episode that is owed nothing can be forgotten; its acts stay, in case one of them is undone.
    if (this.open.size === 0 && !this.standing.isOpen) this.ended = NONE_ENDED;
  }

  private judgeFollowUp(event: StoredEvent, facts: unknown): void {
    const { followUpId } = facts as { followUpId: string };
    const entry = this.open.get(followUpId);
    if (event.type === 'FollowUpOpened') this.judgeOpening(event, followUpId, entry);
    else if (!entry) this.judgeMisplaced(event, followUpId);
    else if (event.type === 'FollowUpRaised') this.judgeRaise(event, facts as RaisedFacts, entry);
    else if (isEnd(event.type)) this.judgeEnd(event, entry);
  }

  private judgeOpening({ revision }: StoredEvent, followUpId: string, open: LedgerEntry | undefined): void {
    if (open) this.problem('opened-twice', revision, 'opened while it was open', { followUpId });
    else if (this.hasEnded(followUpId))
      this.problem('opened-twice', revision, 'opened again after it ended', { followUpId });
  }

  private hasEnded(followUpId: string): boolean {
    return this.ended.includes(`\n${lineOf(followUpId)}`);
  }

  private judgeMisplaced({ type, revision }: StoredEvent, followUpId: string): void {
    const hasEnded = this.hasEnded(followUpId);
    if (hasEnded && isEnd(type))
      return this.problem('ended-twice', revision, `${type} after it had ended`, { followUpId });
    const why = hasEnded ? 'after it had ended' : 'of a follow-up that is not open';
    this.problem('not-open', revision, `${type} ${why}`, { followUpId });
  }

  private judgeEnd({ recordedAt }: StoredEvent, entry: LedgerEntry): void {
    this.ended += lineOf(entry.followUpId);
    const late = lateness(entry, nextDue(entry), recordedAt);
    if (late > this.findings.graceMs) this.findings.latenesses.addEndedUnraised();
  }

  private judgeRaise({ revision, recordedAt }: StoredEvent, facts: RaisedFacts, entry: LedgerEntry): void {
    const { followUpId } = entry;
    const { step, at, standsFor = [] } = facts;
    if (step <= entry.lastStep) return this.problem('doubled', revision, 'raised a second time', { followUpId, step });
    const planned = plannedSteps(entry, step);
    const own = planned?.at(-1);
    if (!planned || own?.step !== step)
      return this.problem('unplanned', revision, 'no such step is planned', { followUpId, step });
    if (compareInstants(own.at, at) !== 0)
      this.problem('unplanned', revision, `raised for ${at}, planned for ${own.at}`, { followUpId, step });
    const before = planned.slice(0, -1);
    const named = [...before.filter(({ step: other }) => standsFor.includes(other)), own];
    for (const one of named) this.judgeTime(one, entry, revision, recordedAt);
    this.judgeNames(before, standsFor, entry, revision);
  }

  private judgeTime(planned: DueStep, entry: LedgerEntry, revision: number, recordedAt: string): void {
    const { followUpId } = entry;
    if (compareInstants(recordedAt, planned.at) < 0) {
      this.problem('early', revision, `raised at ${recordedAt}, planned for ${planned.at}`, {
        followUpId,
        step: planned.step,
      });
    }
    this.findings.latenesses.add(lateness(entry, planned, recordedAt));
  }

  /** A raise stands for exactly the planned steps before its own. */
  private judgeNames(
    before: readonly DueStep[],
    standsFor: readonly number[],
    { followUpId, lastStep }: LedgerEntry,
    revision: number,
  ): void {
    for (const { step } of before) {
      if (!standsFor.includes(step))
        this.problem('silent', revision, 'passed over: never raised and not stood for', { followUpId, step });
    }
    const known = new Set(before.map(({ step }) => step));
    for (const [i, step] of standsFor.entries()) {
      const isAgain = step <= lastStep || standsFor.indexOf(step) < i;
      if (isAgain) this.problem('doubled', revision, 'stood for although it was raised already', { followUpId, step });
      else if (!known.has(step))
        this.problem('unplanned', revision, 'stood for although no such step was planned', { followUpId, step });
    }
  }

  private judgeSilence(entry: LedgerEntry, now: number): void {
    const { followUpId, openedRevision } = entry;
    try {
      const next = nextDue(entry);
      if (now - Math.max(Date.parse(next.at), Date.parse(entry.openedAt)) <= this.findings.graceMs) return;
      this.problem('silent', openedRevision, `due since ${next.at} and not raised`, { followUpId, step: next.step });
    } catch {
      this.problem('unreadable', openedRevision, 'its next step cannot be computed', { followUpId });
    }
  }

  private judgeStanding(): void {
    const isWithout = this.lastRevision >= 0 && this.open.size === 0 && this.standing.isOpen;
    if (isWithout && !this.wasWithout) {
      this.problem(
        'episode-without-follow-up',
        this.lastRevision,
        `open and owed nothing after ${this.lastRecordedAt}`,
      );
    }
    this.wasWithout ||= isWithout;
  }

  private problem(
    kind: ProblemKind,
    revision: number,
    detail: string,
    about: { followUpId?: string; step?: number } = {},
  ): void {
    this.findings.found({ kind, streamId: this.streamId, revision, ...about, detail });
  }
}

/** Ids of what ended, a line each: a year has a hundred of them, which as text are small. */
const NONE_ENDED = '\n';
const lineOf = (followUpId: string): string => `${JSON.stringify(followUpId)}\n`;

const isEnd = (type: string): boolean => type === 'FollowUpFulfilled' || type === 'FollowUpSuperseded';
