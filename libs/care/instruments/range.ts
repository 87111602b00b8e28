import type { Instrument, Item } from './schema.js';

type Answers = Instrument['answers'];

/** The answers an item has: its own, or those of the form. */
export const answersOf = (form: Pick<Instrument, 'answers'>, item: Pick<Item, 'answers'>): Answers =>
  item.answers ?? form.answers;

const scoresOf = (form: Instrument, item: Item): number[] => answersOf(form, item).map(({ score }) => score);

export const lowestOf = (form: Instrument, item: Item): number => Math.min(...scoresOf(form, item));
export const highestOf = (form: Instrument, item: Item): number => Math.max(...scoresOf(form, item));

/** The totals a form can have. */
export function rangeOf(form: Instrument): { readonly lowest: number; readonly highest: number } {
  const scored = form.items.filter((item) => item.scored);
  return {
    lowest: sum(scored.map((item) => lowestOf(form, item))),
    highest: sum(scored.map((item) => highestOf(form, item))),
  };
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
