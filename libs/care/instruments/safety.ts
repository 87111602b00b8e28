import { isAsked, type ReadItems } from './answers.js';
import { lowestOf, rangeOf } from './range.js';
import type { Instrument } from './schema.js';

/**
 * What the form says about the patient's safety. `positive`: an answer that asks for an assessment. `unanswered`: the form is answered,
 * an item that has to be is not. `unknown`: a total that does not rule such an answer out. `none`: the form does not ask.
 */
export type Safety = 'positive' | 'unanswered' | 'unknown' | 'negative' | 'none';

/** A hint for who looks first; never the level of risk that is recorded. */
export type Triage = 'low' | 'moderate' | 'high';

type Scores = readonly (number | null)[];
type Given = { readonly item: string; readonly scores: readonly number[] };

const answerTo = (form: Instrument, scores: Scores, id: string): number | null =>
  scores[form.items.findIndex((item) => item.id === id)] ?? null;

const wasGiven = (form: Instrument, scores: Scores, given: Given): boolean => {
  const answer = answerTo(form, scores, given.item);
  return answer !== null && given.scores.includes(answer);
};

export function safetyOf(form: Instrument, read: ReadItems, total: number | undefined): Safety {
  const triggers = form.safety?.triggers;
  if (!triggers) return 'none';
  if (triggers.some((trigger) => wasGiven(form, read.scores, trigger))) return 'positive';
  const due = triggers.filter(({ whenUnanswered }) => whenUnanswered);
  if (read.scores.some((score) => score !== null)) {
    const leftOut = due.some(({ item: id }) => {
      const item = form.items.find((one) => one.id === id);
      return item !== undefined && isAsked(form, item, read.scores) && answerTo(form, read.scores, id) === null;
    });
    return leftOut ? 'unanswered' : 'negative';
  }
  return due.every((trigger) => isRuledOut(form, trigger, read, total)) ? 'negative' : 'unknown';
}

/** The same of answers as they were recorded; undefined of a form that is not known here or that has none. */
export function safetyOfItems(form: Instrument | undefined, scores: Scores | null): Safety | undefined {
  return form && scores ? safetyOf(form, { scores: [...scores], setAside: [] }, undefined) : undefined;
}

/** The lowest possible total says that every scored item got its lowest answer, unless the form gave one to it that we cannot read. */
function isRuledOut(form: Instrument, trigger: Given, read: ReadItems, total: number | undefined): boolean {
  const item = form.items.find(({ id }) => id === trigger.item);
  if (!item?.scored || total !== rangeOf(form).lowest) return false;
  return !trigger.scores.includes(lowestOf(form, item)) && !read.setAside.some((one) => one.item === trigger.item);
}

/** The level a screener gives; null when none of its answers was given or the form gives none. */
export const triageOf = (form: Instrument, scores: Scores): Triage | null =>
  form.triage?.levels.find(({ any }) => any.some((given) => wasGiven(form, scores, given)))?.level ?? null;
