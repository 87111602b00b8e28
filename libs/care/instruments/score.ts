import {
  aside,
  asNumber,
  isAsked,
  isMissing,
  readItems,
  scoreOf,
  type Answers,
  type Read,
  type SetAside,
} from './answers.js';
import { highestOf, lowestOf, rangeOf, sum } from './range.js';
import { safetyOf, type Safety } from './safety.js';
import type { Instrument, Item } from './schema.js';

export interface Score {
  readonly completeness: 'complete' | 'partial' | 'total-only';
  /** In the instrument's order, null where unanswered; null altogether when only a total came. */
  readonly items: (number | null)[] | null;
  /** The official total: the sum of a complete form, or the total that came without items. */
  readonly total: number | null;
  /** The mean of the answered items times their number, to one decimal, when few are missing. Never a score (domain.md §2.5). */
  readonly prorated: number | null;
  readonly statedTotal?: number;
  /** The stated total cannot be that of these items; the items count. */
  readonly mismatch: boolean;
  readonly difficulty?: number;
  readonly setAside: SetAside[];
  readonly safety: Safety;
}

/** No valid answer and no valid total: there is nothing to record; `setAside` says what was wrong with each. */
export interface NothingUsable {
  readonly completeness: null;
  readonly setAside: SetAside[];
}

function readTotal(form: Instrument, given: unknown): Read {
  if (isMissing(given)) return undefined;
  if (form.scoring === 'none') return { why: `${form.code} has no total` };
  const value = asNumber(given);
  const { lowest, highest } = rangeOf(form);
  if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest)
    return { score: value + 0 };
  return { why: `not a whole number from ${lowest} to ${highest}` };
}

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

/** What the scored answers add up to, and what they could at least and at most with those that are missing. */
function reckon(form: Instrument, scores: readonly (number | null)[]) {
  const isMissingAt = (item: Item, i: number): boolean => scores[i] === null && isAsked(form, item, scores);
  const answered = form.items.flatMap((item, i) => (item.scored && scores[i] !== null ? [scores[i]!] : []));
  const missing = form.items.filter((item, i) => item.scored && isMissingAt(item, i));
  const total = sum(answered);
  return {
    total,
    isComplete: !form.items.some((item, i) => item.required && isMissingAt(item, i)),
    least: total + sum(missing.map((item) => lowestOf(form, item))),
    most: total + sum(missing.map((item) => highestOf(form, item))),
    prorated:
      form.prorate && answered.length > 0 && missing.length > 0 && missing.length <= form.prorate.maxMissing
        ? oneDecimal((total / answered.length) * (answered.length + missing.length))
        : null,
  };
}

/**
 * Scores a questionnaire (domain.md §2.5; follow-up-rules: "a bad answer is set aside, the good ones stay, item 9 is acted on").
 * Never throws. `completeness` is null when nothing in it can be used.
 */
export function scoreAnswers(form: Instrument, given: Answers): Score | NothingUsable {
  const read = readItems(form, given.items);
  const stated = readTotal(form, given.total);
  const difficulty = form.difficulty ? scoreOf(given.difficulty, form.difficulty.answers) : undefined;
  const setAside = [
    ...read.setAside,
    ...(stated && 'why' in stated ? [aside('total', given.total, stated.why)] : []),
    ...(difficulty && 'why' in difficulty ? [aside('difficulty', given.difficulty, difficulty.why)] : []),
  ];
  const statedTotal = stated && 'score' in stated ? stated.score : undefined;
  const isAnswered = read.scores.some((score) => score !== null);

  if (!isAnswered && statedTotal === undefined) return { completeness: null, setAside };

  const shared = {
    ...(statedTotal === undefined ? {} : { statedTotal }),
    ...(difficulty && 'score' in difficulty ? { difficulty: difficulty.score } : {}),
    setAside,
    safety: safetyOf(form, read, statedTotal),
  };
  if (!isAnswered)
    return {
      completeness: 'total-only',
      items: null,
      total: statedTotal ?? null,
      prorated: null,
      mismatch: false,
      ...shared,
    };
  const { total, isComplete, least, most, prorated } = reckon(form, read.scores);
  return {
    completeness: isComplete ? 'complete' : 'partial',
    items: read.scores,
    total: isComplete && form.scoring === 'sum' ? total : null,
    prorated: isComplete ? null : prorated,
    mismatch: statedTotal !== undefined && (statedTotal < least || statedTotal > most),
    ...shared,
  };
}
