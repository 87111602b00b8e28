import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, parameter } from '../pathway/index.js';
import { addInstrument, INSTRUMENTS, instrument, InvalidInstrument, PRIMARY_SCALES, rangeOf } from './index.js';
import type { Instrument } from './schema.js';

const FORMS = new URL('forms/', import.meta.url);
const files = readdirSync(FORMS).map((name) => JSON.parse(readFileSync(new URL(name, FORMS), 'utf8')) as Instrument);
const ALL = [...INSTRUMENTS.values()];
const by = (code: string): Instrument => instrument(code)!;

const texts = (list: readonly { text?: string | undefined }[]) => list.map(({ text }) => text);

/** The wording a patient sees, in the order of the form. */
const wordingOf = ({ stem, items, answers, difficulty }: Instrument) =>
  JSON.stringify([
    stem,
    texts(items),
    texts(answers),
    difficulty ? [[difficulty.text, texts(difficulty.answers)]] : [],
  ]);

it('every file in forms/ ships', () => {
  expect(ALL.map(({ code }) => code).toSorted()).toEqual(files.map(({ code }) => code).toSorted());
});

describe.each(ALL)('$code', (form) => {
  const codes = [
    form.panelLoinc,
    form.totalLoinc,
    form.difficulty?.loinc,
    form.triage?.loinc,
    ...form.items.map(({ loinc }) => loinc),
  ].filter((code) => code !== undefined);

  it('has the wording that was released, or none', () => {
    if (!form.licence.wording)
      expect([form.stem, form.wordingHash, ...texts(form.items)].every((one) => !one)).toBe(true);
    else expect(createHash('sha256').update(wordingOf(form)).digest('hex')).toBe(form.wordingHash);
  });

  it('has exactly one band for every possible total', () => {
    if (form.scoring === 'none') return expect(form.bands).toEqual([]);
    const { lowest, highest } = rangeOf(form);
    for (let total = lowest; total <= highest; total++)
      expect(form.bands.filter(({ from, to }) => from <= total && total <= to)).toHaveLength(1);
    expect([form.bands[0]?.from, form.bands.at(-1)?.to]).toEqual([lowest, highest]);
  });

  it('numbers its items from 1, with those that do not count behind them', () => {
    const numbered = form.items.filter(({ id }) => /^\d+$/.test(id)).map(({ id }) => id);
    expect(form.items.slice(0, numbered.length).map(({ id }) => id)).toEqual(numbered.map((_, i) => String(i + 1)));
  });

  it('has codes that carry the check digit of LOINC', () => {
    for (const code of codes) expect([code, checkDigit(code)]).toEqual([code, code.at(-1)]);
  });

  it('is a short form of a form that there is, item by item', () => {
    if (form.shortFormOf === undefined) return;
    const whole = by(form.shortFormOf);
    expect(form.items).toEqual(whole.items.slice(0, form.items.length));
    expect(form.primary).toBe(false);
  });
});

describe('a primary scale', () => {
  it.each([...PRIMARY_SCALES])('%s is judged by the numbers that its pathway pins', (code) => {
    const { elevatedFrom, response, remissionBeyond } = by(code).change;
    expect({ elevated: elevatedFrom?.value, response: response?.value, remission: remissionBeyond?.value }).toEqual({
      elevated: parameter(DEFAULT_PATHWAY, 'elevated.from'),
      response: parameter(DEFAULT_PATHWAY, 'response.drop'),
      remission: parameter(DEFAULT_PATHWAY, 'remission.below'),
    });
  });

  it('is a PHQ-9, a GAD-7 or, for adolescents, a PHQ-A (NYS OMH, CMS159)', () => {
    expect(PRIMARY_SCALES.toSorted()).toEqual(['GAD-7', 'PHQ-9', 'PHQ-A']);
  });
});

describe('the codes that are mistaken most (domain.md §2.7)', () => {
  it('are those of LOINC', () => {
    expect([by('PHQ-9').panelLoinc, by('PHQ-9').totalLoinc, by('PHQ-9').items[8]?.loinc]).toEqual([
      '44249-1',
      '44261-6',
      '44260-8',
    ]);
    expect([by('GAD-7').panelLoinc, by('GAD-7').totalLoinc]).toEqual(['69737-5', '70274-6']);
    expect([by('PHQ-A').panelLoinc, by('PHQ-A').totalLoinc]).toEqual(['89206-7', '89204-2']);
    expect([by('AUDIT-C').panelLoinc, by('AUDIT-C').totalLoinc]).toEqual(['72109-2', '75626-2']);
  });
});

describe('what a form asks about safety', () => {
  it('is in the data of four forms, and of no other', () => {
    const asking = ALL.filter(({ safety }) => safety).map(({ code, safety }) => [
      code,
      safety?.triggers.map(({ item }) => item).join(' '),
    ]);
    expect(Object.fromEntries(asking)).toEqual({
      'PHQ-9': '9',
      'PHQ-A': '9 thoughts attempt',
      EPDS: '10',
      'C-SSRS': '1 2 3 4 5 6 6-recent',
    });
  });
});

describe('wording', () => {
  it('ships only where its licence says so', () => {
    expect(ALL.filter(({ licence }) => licence.wording).map(({ code }) => code)).toEqual([
      'PHQ-9',
      'GAD-7',
      'PHQ-2',
      'GAD-2',
      'PCL-5',
      'PC-PTSD-5',
    ]);
  });
});

describe('an instrument of the clinic’s own', () => {
  const pain = {
    ...JSON.parse(JSON.stringify(files.find(({ code }) => code === 'AUDIT-C'))),
    code: 'OWN-3',
    alsoCalled: [],
  };

  it('is taken in, once', () => {
    expect(addInstrument(pain).code).toBe('OWN-3');
    expect(instrument('OWN-3')?.bands).toHaveLength(4);
    expect(addInstrument(pain)).toEqual(instrument('OWN-3'));
  });

  it('replaces none that there is', () => {
    expect(() => addInstrument({ ...pain, title: 'Another' })).toThrow('code: there is another instrument OWN-3');
    expect(() => addInstrument({ ...pain, code: 'GAD-7' })).toThrow(InvalidInstrument);
    expect(instrument('GAD-7')?.items).toHaveLength(7);
  });

  it('is never a primary scale, which its episodes could not pin', () => {
    const own = { ...files.find(({ code }) => code === 'PHQ-9'), code: 'OWN-9' };
    expect(() => addInstrument(own)).toThrow('only an instrument that ships can be a primary scale');
  });

  it('that is none is refused with every problem and where it stands', () => {
    const broken = { ...pain, code: 'own 3', lookBackDays: 0, colour: 'red' };
    expect(() => addInstrument(broken)).toThrow(
      /code: an instrument code such as PHQ-9; lookBackDays: .*; file: .*colour/,
    );
  });
});

/** LOINC's check digit is that of Luhn. */
function checkDigit(code: string): string {
  const digits = [...(code.split('-')[0] ?? '')].reverse().map(Number);
  const total = digits.reduce(
    (sum, digit, i) => sum + (i % 2 === 0 ? Math.floor((digit * 2) / 10) + ((digit * 2) % 10) : digit),
    0,
  );
  return String((10 - (total % 10)) % 10);
}
