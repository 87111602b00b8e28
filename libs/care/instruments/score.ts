import type { Instrument } from './schema.js';

/** A questionnaire as it comes in, from a person or another system: anything may be missing or nonsense. */
export interface Answers {
  /** In the instrument's order, or by item id; a score, a digit as text or a LOINC answer code; null, absent or '' is unanswered. */
  readonly items?: readonly unknown[] | Readonly<Record<string, unknown>> | undefined;
  readonly total?: unknown;
  readonly difficulty?: unknown;
}

/** An answer that could not be used, kept as it was given. `item` is the item's id, 'total', 'difficulty' or what the sender called it. */
export interface SetAside {
  readonly item: string;
  readonly given: string | number | boolean;
  readonly why: string;
}

/**
 * What the form says about the patient's safety. `positive`: item 9 is 1 to 3. `unanswered`: the form is answered, item 9 is not.
 * `unknown`: a total above 0 without items. `none`: the form does not ask.
 */
export type Safety = 'positive' | 'unanswered' | 'unknown' | 'negative' | 'none';

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

type Scored = { score: number } | { why: string } | undefined;
type Answer = Instrument['answers'][number];
interface Read {
  readonly scores: (number | null)[];
  readonly setAside: SetAside[];
}

const isMissing = (given: unknown): boolean =>
  given === undefined || given === null || (typeof given === 'string' && given.trim() === '');

/** A number given as such or as digits; other systems and spreadsheets send text. */
const asNumber = (given: unknown): unknown =>
  typeof given === 'string' && /^\d{1,3}$/.test(given.trim()) ? Number(given.trim()) : given;

/** What is kept of an unusable answer: short, and of a kind that can be written down. */
function asGiven(given: unknown): SetAside['given'] {
  if (typeof given === 'string') return given.slice(0, 200).toWellFormed();
  if (typeof given === 'boolean' || Number.isFinite(given)) return given as boolean | number;
  return Array.isArray(given) ? 'a list' : typeof given;
}

const aside = (item: string, given: unknown, why: string): SetAside => ({ item, given: asGiven(given), why });

function scoreOf(
  given: unknown,
  answers: readonly Answer[],
  also: readonly Pick<Answer, 'loinc' | 'score'>[] = [],
): Scored {
  if (isMissing(given)) return undefined;
  const value = asNumber(given);
  const found =
    typeof value === 'string'
      ? [...answers, ...also].find(({ loinc }) => loinc === value.trim())
      : answers.find(({ score }) => score === value);
  return found ? { score: found.score } : { why: `not one of ${answers.map(({ score }) => score).join(', ')}` };
}

/** The answers by item id, whichever way they came, and what belongs to no item. */
function byItem(
  instrument: Instrument,
  items: unknown,
): { given: ReadonlyMap<string, unknown>; strangers: SetAside[] } {
  if (isMissing(items)) return { given: new Map(), strangers: [] };
  if (typeof items !== 'object')
    return { given: new Map(), strangers: [aside('items', items, 'not a list of answers')] };
  const entries = Array.isArray(items)
    ? Array.from(items, (value: unknown, i): [string, unknown] => [instrument.items[i]?.id ?? String(i + 1), value])
    : Object.entries(items as object);
  const ids = new Set(instrument.items.map(({ id }) => id));
  const strangers = entries
    .filter(([id, value]) => !ids.has(id) && !isMissing(value))
    .map(([id, value]) => aside(id.slice(0, 64).toWellFormed(), value, `${instrument.code} has no such item`));
  return { given: new Map(entries), strangers };
}

function readItems(instrument: Instrument, items: unknown): Read {
  const { given, strangers } = byItem(instrument, items);
  const scored = instrument.items.map(({ id, alsoAccepts }) => scoreOf(given.get(id), instrument.answers, alsoAccepts));
  return {
    scores: scored.map((one) => (one && 'score' in one ? one.score : null)),
    setAside: [
      ...instrument.items.flatMap(({ id }, i) => {
        const one = scored[i];
        return one && 'why' in one ? [aside(id, given.get(id), one.why)] : [];
      }),
      ...strangers,
    ],
  };
}

const highestAnswer = (instrument: Instrument): number => Math.max(...instrument.answers.map(({ score }) => score));

function readTotal(instrument: Instrument, given: unknown): Scored {
  if (isMissing(given)) return undefined;
  const value = asNumber(given);
  const highest = instrument.items.length * highestAnswer(instrument);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highest)
    return { score: value + 0 };
  return { why: `not a whole number from 0 to ${highest}` };
}

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function safetyOf(instrument: Instrument, read: Read, total: number | undefined): Safety {
  if (instrument.safetyItem === null) return 'none';
  const item = instrument.safetyItem;
  const score = read.scores[item];
  if (typeof score === 'number') return score > 0 ? 'positive' : 'negative';
  if (read.scores.some((one) => one !== null)) return 'unanswered';
  // A total of 0 says that item 9 was 0, unless the same form gave an answer to it that we cannot read.
  const unreadable = read.setAside.some((one) => one.item === instrument.items[item]?.id);
  return total === 0 && !unreadable ? 'negative' : 'unknown';
}

/**
 * Scores a questionnaire (domain.md §2.5; follow-up-rules: "a bad answer is set aside, the good ones stay, item 9 is acted on").
 * Never throws. `completeness` is null when nothing in it can be used.
 */
export function scoreAnswers(instrument: Instrument, given: Answers): Score | NothingUsable {
  const read = readItems(instrument, given.items);
  const stated = readTotal(instrument, given.total);
  const question = instrument.unscored.find(({ id }) => id === 'difficulty');
  const difficulty = question ? scoreOf(given.difficulty, question.answers) : undefined;
  const setAside = [
    ...read.setAside,
    ...(stated && 'why' in stated ? [aside('total', given.total, stated.why)] : []),
    ...(difficulty && 'why' in difficulty ? [aside('difficulty', given.difficulty, difficulty.why)] : []),
  ];
  const statedTotal = stated && 'score' in stated ? stated.score : undefined;
  const answered = read.scores.filter((score) => score !== null);
  const missing = instrument.items.length - answered.length;

  if (answered.length === 0 && statedTotal === undefined) return { completeness: null, setAside };

  const shared = {
    ...(statedTotal === undefined ? {} : { statedTotal }),
    ...(difficulty && 'score' in difficulty ? { difficulty: difficulty.score } : {}),
    setAside,
    safety: safetyOf(instrument, read, statedTotal),
  };
  if (answered.length === 0) {
    return {
      completeness: 'total-only',
      items: null,
      total: statedTotal ?? null,
      prorated: null,
      mismatch: false,
      ...shared,
    };
  }
  const lowest = sum(answered);
  const highest = lowest + missing * highestAnswer(instrument);
  return {
    completeness: missing === 0 ? 'complete' : 'partial',
    items: read.scores,
    total: missing === 0 ? lowest : null,
    prorated:
      missing > 0 && missing <= instrument.prorate.maxMissing
        ? oneDecimal((lowest / answered.length) * instrument.items.length)
        : null,
    mismatch: statedTotal !== undefined && (statedTotal < lowest || statedTotal > highest),
    ...shared,
  };
}
