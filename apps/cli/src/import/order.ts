import type { EpisodeCommandType } from '#care';
import type { Draft } from './draft.js';
import type { RowRef } from './planned.js';

/** A draft with the row it came from. */
export interface Sourced extends Draft {
  readonly rowKey: string;
  readonly source: RowRef;
  /** Its place among the episode's rows: what is otherwise equal keeps the order of the files. */
  readonly place: number;
}

/** Of acts at the same moment, the order in which they make sense. */
const ORDER: readonly EpisodeCommandType[] = [
  'AcceptReferral',
  'RecordOutreachAttempt',
  'RecordConsent',
  'EnrolPatient',
  'BookAppointment',
  'RecordAppointmentOutcome',
  'RecordContact',
  'LogTime',
  'RecordAssessment',
  'RecordSafetyReview',
  'SetTreatmentPlan',
  'RequestConsult',
  'ReviewCase',
  'IssueRecommendation',
  'AnswerRecommendation',
  'ConfirmRelapse',
  'StartRelapsePrevention',
  'CompleteRelapsePlan',
  'StartHold',
  'EndHold',
  'CloseReferral',
  'DischargePatient',
];
const FIRST = new Map(ORDER.map((type, i) => [type, i]));

/** What is done upon a recommendation follows it, also on its own day. */
function rankOf({ command, about }: Sourced): number {
  if (about === 'recommendation' && command.type === 'SetTreatmentPlan')
    return FIRST.get('AnswerRecommendation')! + 0.5;
  return FIRST.get(command.type) ?? ORDER.length;
}

export function inClinicalOrder(sourced: readonly Sourced[]): readonly Sourced[] {
  const reviews = earliestReviews(sourced);
  // It is recorded of that moment too: a review answers only what was there when it took place.
  const acts = sourced.map((act): Sourced => ({ ...act, time: momentWithin(act, reviews) }));
  const parts = new Map(acts.map((act) => [`${act.rowKey}#${act.part}`, act]));
  const momentOf = ({ rowKey, about, on, time }: Sourced): string => {
    // A booking that has no time is put at noon, also of what was kept that morning.
    const made = parts.get(`${rowKey}#${about ?? ''}`);
    return `${on}T${made?.on === on && made.time > time ? made.time : time}`;
  };
  return acts.toSorted((a, b) => compare(momentOf(a), momentOf(b)) || rankOf(a) - rankOf(b) || a.place - b.place);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The first safety review of each day. */
function earliestReviews(acts: readonly Sourced[]): ReadonlyMap<string, string> {
  const earliest = new Map<string, string>();
  for (const { command, on, time } of acts) {
    if (command.type === 'RecordSafetyReview' && time < (earliest.get(on) ?? '24:00')) earliest.set(on, time);
  }
  return earliest;
}

/** A form without a time was answered before the review of that day, which is a review of it. */
function momentWithin({ command, on, time, untimed }: Sourced, reviews: ReadonlyMap<string, string>): string {
  const review = reviews.get(on);
  return untimed && command.type === 'RecordAssessment' && review !== undefined && review < time ? review : time;
}
