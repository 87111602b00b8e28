import { answersOf } from './range.js';
import type { Instrument, Item } from './schema.js';

/** A questionnaire as it comes in, from a person or another system: anything may be missing or nonsense. */
export interface Answers {
  /** In the instrument's order, or by item id; a score, a digit as text or an answer code; null, absent or '' is unanswered. */
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

/** What could be read: a score, or why not; undefined when nothing was given. */
export type Read = { readonly score: number } | { readonly why: string } | undefined;

export interface ReadItems {
  /** In the instrument's order, null where unanswered. */
  readonly scores: (number | null)[];
  readonly setAside: SetAside[];
}

export const isMissing = (given: unknown): boolean =>
  given === undefined || given === null || (typeof given === 'string' && given.trim() === '');

/** JSON knows one zero. */
const written = (given: number): number => given + 0;

/** A number given as such or as digits; other systems and spreadsheets send text, and write 2 as 2.0. */
export function asNumber(given: unknown): unknown {
  if (typeof given === 'number') return written(given);
  return typeof given === 'string' && /^\d{1,3}(\.0{1,3})?$/.test(given.trim()) ? Number(given.trim()) : given;
}

/** What is kept of an unusable answer: short, and of a kind that can be written down. */
function asGiven(given: unknown): SetAside['given'] {
  if (typeof given === 'string') return given.slice(0, 200).toWellFormed();
  if (typeof given === 'boolean') return given;
  if (typeof given === 'number') return Number.isFinite(given) ? written(given) : String(given);
  return Array.isArray(given) ? 'a list' : typeof given;
}

/** An answer as it can be written down whatever it is: lists, objects and numbers beyond all bounds are none, and go on in words. */
export const keepable = (given: unknown): unknown =>
  (typeof given === 'object' && given !== null) || typeof given === 'number' ? asGiven(given) : given;

export const aside = (item: string, given: unknown, why: string): SetAside => ({ item, given: asGiven(given), why });

type Answer = Instrument['answers'][number];

const isAnswer = ({ score, loinc, also }: Answer, given: unknown): boolean =>
  typeof given === 'string'
    ? loinc === given.trim() || also.some((one) => typeof one === 'string' && alike(one, given))
    : score === given || also.includes(given as boolean);

const alike = (a: string, b: string): boolean => a.toLowerCase() === b.trim().toLowerCase();

/** The score of an answer, whichever way it was given. */
export function scoreOf(given: unknown, answers: readonly Answer[]): Read {
  if (isMissing(given)) return undefined;
  const value = asNumber(given);
  const found = answers.find((answer) => isAnswer(answer, value));
  return found ? { score: found.score } : { why: `not one of ${inOrder(answers)}` };
}

const inOrder = (answers: readonly Answer[]): string =>
  answers
    .map(({ score }) => score)
    .toSorted((a, b) => a - b)
    .join(', ');

/** The answers by item id, whichever way they came, and what belongs to no item. */
function byItem(form: Instrument, items: unknown): { given: ReadonlyMap<string, unknown>; strangers: SetAside[] } {
  if (isMissing(items)) return { given: new Map(), strangers: [] };
  if (typeof items !== 'object')
    return { given: new Map(), strangers: [aside('items', items, 'not a list of answers')] };
  const entries = Array.isArray(items)
    ? Array.from(items, (value: unknown, i): [string, unknown] => [form.items[i]?.id ?? String(i + 1), value])
    : Object.entries(items as object);
  const ids = new Set(form.items.map(({ id }) => id));
  const strangers = entries
    .filter(([id, value]) => !ids.has(id) && !isMissing(value))
    .map(([id, value]) => aside(id.slice(0, 64).toWellFormed(), value, `${form.code} has no such item`));
  return { given: new Map(entries), strangers };
}

export function readItems(form: Instrument, items: unknown): ReadItems {
  const { given, strangers } = byItem(form, items);
  const read = form.items.map((item) => scoreOf(given.get(item.id), answersOf(form, item)));
  return {
    scores: read.map((one) => (one && 'score' in one ? one.score : null)),
    setAside: [
      ...form.items.flatMap(({ id }, i) => {
        const one = read[i];
        return one && 'why' in one ? [aside(id, given.get(id), one.why)] : [];
      }),
      ...strangers,
    ],
  };
}

/** Whether an item was to be asked, as far as the answers say; an item on whose answer it hangs and that was left out excuses nothing. */
export function isAsked(form: Instrument, item: Item, scores: readonly (number | null)[]): boolean {
  if (!item.askedIf) return true;
  const { item: on, scores: asking } = item.askedIf;
  const answer = scores[form.items.findIndex(({ id }) => id === on)] ?? null;
  return answer === null || asking.includes(answer);
}
