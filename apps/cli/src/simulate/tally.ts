import { daysBetween, localDate, type FollowUpKind, type RecordedEpisodeEvent } from '#care';
import type { Case } from './case.js';

/** What is counted of one kind of follow-up. */
export interface KindTally {
  opened: number;
  /** Raised steps: what somebody was told. */
  steps: number;
  /** Fulfilled on the day it was due or before. */
  inTime: number;
  late: number;
  superseded: number;
  /** Open at the end and past its day. */
  overdue: number;
}

/** What one care manager’s panel came to. Days are whole local days. */
export interface PanelTally {
  episodes: number;
  events: number;
  enrolled: number;
  closedUnreached: number;
  declined: number;
  graduated: number;
  lost: number;
  /** Remission at the last scale. */
  remitted: number;
  kinds: Record<string, KindTally>;
  /** Days from enrolment to the recommendation that answered the week-8 question; one for each. */
  daysToConsult: number[];
  /** Asked for a consult at week 8 and never got one. */
  withoutConsult: number;
  /** Longest time without a treatment contact of each enrolled episode. */
  longestSilence: number[];
  /** For each business day: patients on the care manager’s list that morning, and interruptions (safety steps) in the day. */
  rows: number[];
  interruptions: number[];
  /** Minutes from a safety concern to its review. */
  safetyMinutes: number[];
  minutesWorked: number;
  refused: Record<string, number>;
}

export const emptyTally = (): PanelTally => ({
  ...{ episodes: 0, events: 0, enrolled: 0, closedUnreached: 0, declined: 0, graduated: 0, lost: 0, remitted: 0 },
  ...{ kinds: {}, daysToConsult: [], withoutConsult: 0, longestSilence: [], rows: [], interruptions: [] },
  ...{ safetyMinutes: [], minutesWorked: 0, refused: {} },
});

/** Listens to a panel’s episodes and counts. */
export class Counting {
  readonly tally = emptyTally();
  /** Safety steps raised since the last look. */
  interruptions = 0;
  private readonly opened = new Map<
    string,
    { readonly kind: FollowUpKind; readonly dueOn: string; readonly since: string }
  >();

  readonly hear = (one: Case, event: RecordedEpisodeEvent): void => {
    const { tally } = this;
    tally.events += 1;
    const key = (followUpId: string): string => `${one.patientId}/${followUpId}`;
    switch (event.type) {
      case 'FollowUpOpened': {
        const { followUpId, kind, dueOn } = event.facts;
        this.opened.set(key(followUpId), { kind, dueOn, since: event.recordedAt });
        this.kind(kind).opened += 1;
        break;
      }
      case 'FollowUpRaised': {
        const { kind } = this.opened.get(key(event.facts.followUpId))!;
        this.kind(kind).steps += 1;
        if (kind === 'safety-review') this.interruptions += 1;
        break;
      }
      case 'FollowUpFulfilled': {
        const { kind, dueOn, since } = this.take(key(event.facts.followUpId));
        const isInTime = localDate(event.recordedAt, one.story.zone) <= dueOn;
        this.kind(kind)[isInTime ? 'inTime' : 'late'] += 1;
        if (kind === 'safety-review')
          tally.safetyMinutes.push((Date.parse(event.recordedAt) - Date.parse(since)) / 60_000);
        if (kind === 'non-response-consult' && one.story.enrolled)
          tally.daysToConsult.push(
            daysBetween(one.story.enrolled.facts.enrolledOn, localDate(event.recordedAt, one.story.zone)),
          );
        break;
      }
      case 'FollowUpSuperseded':
        this.kind(this.take(key(event.facts.followUpId)).kind).superseded += 1;
        break;
      case 'PatientEnrolled':
        tally.enrolled += 1;
        break;
      case 'ReferralClosed':
        if (event.facts.reason === 'unreached') tally.closedUnreached += 1;
        if (event.facts.reason === 'patient-declined') tally.declined += 1;
        break;
      case 'EpisodeDischarged':
        if (event.facts.reason === 'graduated') tally.graduated += 1;
        if (event.facts.reason === 'lost-to-follow-up') tally.lost += 1;
        break;
      default:
    }
  };

  refused = (command: string, code: string): void => {
    const what = `${command}: ${code}`;
    this.tally.refused[what] = (this.tally.refused[what] ?? 0) + 1;
  };

  /** What can only be told at the end of an episode’s life here. */
  close(one: Case, today: string): void {
    const { tally } = this;
    tally.episodes += 1;
    for (const entry of one.open()) {
      if (entry.dueOn < today) this.kind(entry.kind).overdue += 1;
      if (entry.kind === 'non-response-consult' && entry.lastStep > 0) tally.withoutConsult += 1;
      this.opened.delete(`${one.patientId}/${entry.followUpId}`);
    }
    const { enrolled, ended, treatmentContacts, last } = one.story;
    if (!enrolled) return;
    if (last?.total !== null && last !== undefined && last.total < 5) tally.remitted += 1;
    const days = [enrolled.facts.enrolledOn, ...treatmentContacts.map(({ on }) => on), ended?.on ?? today];
    tally.longestSilence.push(Math.max(...days.slice(1).map((day, i) => daysBetween(days[i]!, day))));
  }

  private take(key: string) {
    const opened = this.opened.get(key)!;
    this.opened.delete(key);
    return opened;
  }

  private kind(kind: FollowUpKind): KindTally {
    return (this.tally.kinds[kind] ??= { opened: 0, steps: 0, inTime: 0, late: 0, superseded: 0, overdue: 0 });
  }
}

/** The tallies of several panels as one. */
export function together(tallies: readonly PanelTally[]): PanelTally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const key of [
      'episodes',
      'events',
      'enrolled',
      'closedUnreached',
      'declined',
      'graduated',
      'lost',
      'remitted',
      'withoutConsult',
      'minutesWorked',
    ] as const)
      sum[key] += tally[key];
    for (const key of ['daysToConsult', 'longestSilence', 'rows', 'interruptions', 'safetyMinutes'] as const)
      for (const value of tally[key]) sum[key].push(value);
    for (const [kind, counts] of Object.entries(tally.kinds)) {
      const all = (sum.kinds[kind] ??= { opened: 0, steps: 0, inTime: 0, late: 0, superseded: 0, overdue: 0 });
      for (const key of Object.keys(counts) as (keyof KindTally)[]) all[key] += counts[key];
    }
    for (const [what, times] of Object.entries(tally.refused)) sum.refused[what] = (sum.refused[what] ?? 0) + times;
  }
  return sum;
}
