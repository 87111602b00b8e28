import { deteriorated, instrument, risen, type Story } from '#care';
import { openRequests, type ConsultRequest } from '../consults/rows.js';
import { openRecords, type OpenRecord } from './records.js';

/** What stands out in an episode without a follow-up saying so. */
export interface Standing {
  readonly worse: Worse | null;
  /** Questions to the consultant that nobody has answered. */
  readonly requests: readonly ConsultRequest[];
  readonly records: readonly OpenRecord[];
}

/** The last score is clearly above the best or the one before, and nobody has judged the case since. */
export interface Worse {
  readonly on: string;
  readonly since: string;
  readonly from: number;
  readonly to: number;
}

/** Acts by which a person judges how treatment goes. */
const JUDGES: ReadonlySet<string> = new Set([
  'CaseReviewed',
  'ConsultRecommendationIssued',
  'TreatmentPlanRevised',
  'RelapseDetected',
  'RelapseRuledOut',
]);

/** Deterioration by the numbers of the instrument (domain.md §2.8). */
function worseIn(story: Story): Worse | null {
  const { primary, primaryScale, phase, acts } = story;
  const scale = primaryScale === undefined ? undefined : instrument(primaryScale);
  const last = primary.at(-1);
  const earlier = primary.slice(0, -1).flatMap(({ total }) => total ?? []);
  if (!scale || !last || last.total === null || earlier.length === 0 || phase === 'ended') return null;
  // As for the follow-up: a rise that was decided upon is the measure from then on.
  if (phase === 'acute' && !risen({ story })) return null;
  const best = Math.min(...earlier);
  const judged = acts.some((act) => JUDGES.has(act.type) && act.occurredAt >= last.occurredAt);
  return deteriorated(scale, best, last.total) && !judged
    ? { on: last.on, since: last.occurredAt, from: best, to: last.total }
    : null;
}

export const standingOf = (story: Story): Standing => ({
  worse: worseIn(story),
  requests: openRequests(story),
  records: openRecords(story),
});

/** In which lists something stands out: in none, in all, or in that of the records alone, as a signed note does that was not sent on. */
export const STANDS_OUT = { nowhere: 0, everywhere: 1, inRecords: 2 } as const;

export function standsOut({ worse, requests, records }: Standing): (typeof STANDS_OUT)[keyof typeof STANDS_OUT] {
  if (worse !== null || requests.length > 0 || records.some(({ lacks }) => lacks !== 'dispatch'))
    return STANDS_OUT.everywhere;
  return records.length > 0 ? STANDS_OUT.inRecords : STANDS_OUT.nowhere;
}
