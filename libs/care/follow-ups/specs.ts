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
export const enrolled = (baseline = 16): Tale =>
  new Tale()
    .at('2027-01-04 08:30')
    .act(referral())
    .at('2027-01-04 09:00')
    .act({ type: 'EnrolPatient' })
    .act(visitWith(baseline));

/** Item 9 as answered in the portal; the other items at zero. */
export const portal = (nine: number | null): EpisodeCommand =>
  phq9([0, 0, 0, 0, 0, 0, 0, 0, nine], { mode: 'portal', enteredBy: 'patient' });
