import { expect, it } from '@jest/globals';
import { contradictions } from './contradictions.js';
import { INSTRUMENTS } from './index.js';
import type { Instrument } from './schema.js';

const PHQ = INSTRUMENTS.get('PHQ-9')!;
const COLUMBIA = INSTRUMENTS.get('C-SSRS')!;
const EPDS = INSTRUMENTS.get('EPDS')!;

/** Where the problems of a file lie. */
const wrongIn = (form: Instrument): string[] => contradictions(form).map(({ path }) => path.join('.'));

const changed = (form: Instrument, change: (copy: any) => void): Instrument => {
  const copy = structuredClone(form);
  change(copy);
  return copy;
};

it('finds nothing in what ships', () => {
  expect([...INSTRUMENTS.values()].flatMap(wrongIn)).toEqual([]);
});

it.each<[string, Instrument, string]>([
  ['one missing word', changed(PHQ, (form) => delete form.items[3].text), 'licence.wording'],
  ['no hash of its wording', changed(PHQ, (form) => delete form.wordingHash), 'licence.wording'],
  ['a word it may not ship', changed(EPDS, (form) => (form.items[0].text = 'A word')), 'licence.wording'],
  ['an item that says nothing', changed(EPDS, (form) => delete form.items[2].about), 'items.2.about'],
  ['one id twice', changed(PHQ, (form) => (form.items[1].id = '1')), 'items'],
  ['one code twice', changed(PHQ, (form) => (form.items[1].loinc = form.items[0].loinc)), 'items'],
  ['answers that score alike', changed(EPDS, (form) => (form.items[0].answers[1].score = 0)), 'items.0.answers'],
  ['a trigger that is no item', changed(PHQ, (form) => (form.safety.triggers[0].item = '10')), 'safety.triggers.0'],
  ['a trigger that is no answer', changed(PHQ, (form) => form.safety.triggers[0].scores.push(4)), 'safety.triggers.0'],
  [
    'a level for no answer',
    changed(COLUMBIA, (form) => (form.triage.levels[1].any[0].item = 'x')),
    'triage.levels.1.any.0',
  ],
  ['a chain of branches', changed(COLUMBIA, (form) => (form.items[3].askedIf.item = '3')), 'items.3.askedIf'],
  ['a branch on itself', changed(COLUMBIA, (form) => (form.items[3].askedIf.item = '4')), 'items.3.askedIf'],
  ['a skipped item without a 0', changed(PHQ, skippedWithoutZero), 'items.5.askedIf'],
  ['a gap between bands', changed(PHQ, (form) => (form.bands[1].from = 6)), 'bands.1'],
  ['an overlap of bands', changed(PHQ, (form) => (form.bands[1].from = 4)), 'bands.1'],
  ['a band too few', changed(PHQ, (form) => form.bands.pop()), 'bands'],
  ['a band too many', changed(PHQ, (form) => form.bands.push({ from: 28, to: 30, name: 'more' })), 'bands'],
  ['bands without a total', changed(COLUMBIA, (form) => (form.bands = PHQ.bands)), 'scoring'],
  ['a primary short form', changed(PHQ, (form) => (form.shortFormOf = 'PHQ-15')), 'primary'],
  ['a primary scale without remission', changed(PHQ, (form) => delete form.change.remissionBeyond), 'primary'],
  ['ages the wrong way round', changed(PHQ, (form) => (form.ages = { from: 18, to: 11, source: 'x' })), 'ages'],
  ['a difficulty beyond 3', changed(PHQ, (form) => (form.difficulty.answers[3].score = 4)), 'difficulty.answers'],
])('finds %s', (_, form, path) => {
  expect(wrongIn(form)).toContain(path);
});

function skippedWithoutZero(form: any): void {
  form.items[5].askedIf = { item: '1', scores: [1] };
  form.items[5].answers = form.answers.slice(1);
}
