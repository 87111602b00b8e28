import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { INSTRUMENTS, instrument } from './index.js';
import { Instrument } from './schema.js';

const texts = (list: readonly { text: string }[]) => list.map(({ text }) => text);

/** The wording a patient sees, in the order of the form. */
const wordingOf = (form: Instrument) =>
  JSON.stringify([
    form.stem,
    texts(form.items),
    texts(form.answers),
    form.unscored.map((question) => [question.text, texts(question.answers)]),
  ]);

describe.each([...INSTRUMENTS.values()])('$code', (form) => {
  it('is an instrument', () => {
    expect(Instrument.safeParse(form).error).toBeUndefined();
    expect(instrument(form.code)).toBe(form);
  });

  it('has the wording that was released', () => {
    expect(createHash('sha256').update(wordingOf(form)).digest('hex')).toBe(form.wordingHash);
  });

  it('has a band for every possible total and none twice', () => {
    const highest = form.items.length * 3;
    const covered = form.bands.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect(covered).toEqual(Array.from({ length: highest + 1 }, (_, i) => i));
  });

  it('names every item and every code once', () => {
    const codes = [form.panelLoinc, form.totalLoinc, ...[...form.items, ...form.unscored].map(({ loinc }) => loinc)];
    expect(new Set(codes).size).toBe(codes.length);
    expect(form.items.map(({ id }) => id)).toEqual(form.items.map((_, i) => String(i + 1)));
  });
});

describe('the codes that are mistaken most (domain.md §2.7)', () => {
  it('are those of LOINC', () => {
    const phq = instrument('PHQ-9');
    const gad = instrument('GAD-7');
    expect([phq?.panelLoinc, phq?.totalLoinc, phq?.items[8]?.loinc]).toEqual(['44249-1', '44261-6', '44260-8']);
    expect([gad?.panelLoinc, gad?.totalLoinc, gad?.safetyItem]).toEqual(['69737-5', '70274-6', null]);
    expect(phq?.items[phq.safetyItem ?? 0]?.text).toMatch(/better off dead/);
  });

  it('carry the check digit of LOINC', () => {
    for (const form of INSTRUMENTS.values()) {
      const codes = [form.panelLoinc, form.totalLoinc, ...[...form.items, ...form.unscored].map(({ loinc }) => loinc)];
      for (const code of codes) expect([code, checkDigit(code)]).toEqual([code, code.at(-1)]);
    }
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
