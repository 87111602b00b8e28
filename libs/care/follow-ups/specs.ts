import { localDate, localTime } from '../calendar/index.js';
import type { EpisodeCommand } from '../episode/commands.js';
import { phq9, referral, spread, Tale, visit } from '../testing/tale.js';
import type { LedgerEntry } from './ledger.js';

/** Words that the specs of the rows share. */

/** `2027-01-05 08:00 care-manager`: when each step comes, on the wall of the site, and whom it tells. */
export const stepsOf = ({ ladder, zone }: LedgerEntry): string[] =>
  ladder.map(({ at, notify }) => `${localDate(at, zone)} ${localTime(at, zone)} ${notify.join('+')}`);

/** How a follow-up ended, and the revision it names as the cause. */
export function endOf({ state }: Tale, followUpId: string): [string, number] | undefined {
  const ended = state.ledger.ended.get(followUpId);
  return ended && [ended.how, ended.byRevision];
}

/** The revision of the latest event of a type. */
export const revisionOf = ({ events }: Tale, type: string): number => events.findLast((e) => e.type === type)!.revision;

/** A visit by telephone with a complete PHQ-9 of this total. */
export const visitWith = (total: number): EpisodeCommand =>
  visit({
    assessments: [{ instrument: 'PHQ-9', items: spread(total), language: 'en', mode: 'interview', enteredBy: 'staff' }],
  });

/** Enrolled on Monday 4 January 2027, 09:00 in New York, with a baseline. */
export const enrolled = (baseline = 16, tale = new Tale()): Tale =>
  tale
    .at('2027-01-04 08:30')
    .act(referral())
    .at('2027-01-04 09:00')
    .act({ type: 'EnrolPatient' })
    .act(visitWith(baseline));

/** Item 9 as answered in the portal; the other items at zero. */
export const portal = (nine: number | null): EpisodeCommand =>
  phq9([0, 0, 0, 0, 0, 0, 0, 0, nine], { mode: 'portal', enteredBy: 'patient' });

/** Undoes the act that ended a follow-up; answers the ids and due dates of what of its kind is open then. */
export function afterUndoing(tale: Tale, followUpId: string): [string, string][] {
  const [, revision] = endOf(tale, followUpId) ?? [];
  if (revision === undefined) throw new Error(`${followUpId} has not ended`);
  tale.act({ type: 'VoidAct', revision, reasonCode: 'entered-in-error' });
  return tale.open(followUpId.split(':')[0]).map(({ followUpId: id, dueOn }) => [id, dueOn]);
}

/** `contact:4:1` → `contact:4:2`: reopened. */
export const again = (followUpId: string): string => followUpId.replace(/:1$/, ':2');

/** What may be taken for something that ends a clinical follow-up and does not (fatigue rule 5). */
export const NEAR_MISSES: readonly EpisodeCommand[] = [
  { type: 'RecordContact', kind: 'voicemail', withWhom: 'patient', modality: 'phone', twoWay: false },
  { type: 'RecordContact', kind: 'scheduling', withWhom: 'patient', modality: 'phone', twoWay: true },
  { type: 'RecordContact', kind: 'treatment', withWhom: 'family', modality: 'phone', twoWay: true },
  { type: 'RecordOutreachAttempt', purpose: 'no-contact', channel: 'phone', outcome: 'left-message' },
  { type: 'AddNote', text: 'a note' },
];
export const recommend = (over: object = {}): EpisodeCommand => ({
  type: 'IssueRecommendation',
  text: 'example advice',
  urgency: 'routine',
  to: 'provider',
  ...over,
});
export const review = (over: object = {}): EpisodeCommand => ({
  type: 'ReviewCase',
  subject: 'caseload-review',
  decision: 'continue',
  reason: 'example reason',
  ...over,
});
export const hold = (reason: 'travel' | 'inpatient' = 'travel'): EpisodeCommand => ({ type: 'StartHold', reason });
export const kindsOf = (tale: Tale): string[] => tale.open().map(({ kind }) => kind);
export const idOf = (tale: Tale, kind: string): string => tale.one(kind).followUpId;

/** All that stands in plain sight of follow-ups. */
export const followUpFacts = ({ events }: Tale): string =>
  JSON.stringify(events.filter(({ type }) => type.startsWith('FollowUp')).map(({ facts }) => facts));
