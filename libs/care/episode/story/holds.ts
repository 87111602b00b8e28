import type { LocalDate } from '../../words.js';
import { byClinicalOrder, isAfter, type Act } from './acts.js';

export interface Hold {
  readonly started: Act<'HoldStarted'>;
  /** Each time somebody said that it goes on: a review, or another hold that began before this one had ended. */
  readonly reviews: readonly (Act<'HoldReviewed'> | Act<'HoldStarted'>)[];
  readonly ended?: Act<'HoldEnded'>;
}

/** The end that was said last: a review that says nothing of it leaves the one expected so far. */
export const expectedEndOf = ({ started, reviews }: Hold): LocalDate | undefined =>
  [started, ...reviews].findLast(({ facts }) => facts.expectedEnd)?.facts.expectedEnd;

type HoldAct = Act<'HoldStarted'> | Act<'HoldReviewed'> | Act<'HoldEnded'>;

/** Overlapping holds are one hold (edge case 27), also when one of them became known after the other had ended. */
export function holdsOf(acts: readonly HoldAct[]): Hold[] {
  const holds: Hold[] = [];
  for (const hold of holdsAsRecorded(acts).toSorted((a, b) => byClinicalOrder(a.started, b.started))) {
    const before = holds.at(-1);
    const overlaps = before && (!before.ended || isAfter(before.ended, hold.started));
    if (overlaps) holds[holds.length - 1] = joined(before, hold);
    else holds.push(hold);
  }
  return holds;
}

/** An end belongs to the hold that was open when it was recorded. */
function holdsAsRecorded(acts: readonly HoldAct[]): Hold[] {
  const holds: Hold[] = [];
  for (const act of acts.toSorted((a, b) => a.revision - b.revision)) {
    const current = holds.at(-1);
    const isOpen = current !== undefined && !current.ended;
    if (isOpen)
      holds[holds.length - 1] =
        act.type === 'HoldEnded' ? { ...current, ended: act } : { ...current, reviews: [...current.reviews, act] };
    else if (act.type === 'HoldStarted') holds.push({ started: act, reviews: [] });
  }
  return holds;
}

function joined({ ended: _ended, ...first }: Hold, second: Hold): Hold {
  const ends = [_ended, second.ended].filter((end) => end !== undefined).toSorted(byClinicalOrder);
  const reviews = [...first.reviews, second.started, ...second.reviews].toSorted((a, b) => a.revision - b.revision);
  return { ...first, reviews, ...(ends.length === 2 ? { ended: ends[1]! } : {}) };
}
