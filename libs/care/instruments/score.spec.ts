import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instrument, scoreAnswers, type Answers, type Score } from './index.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const GAD = instrument('GAD-7') as Instrument;

/** The score of a form that is expected to be usable. */
function score(form: Instrument, given: Answers): Score {
  const result = scoreAnswers(form, given);
  if (result.completeness === null) throw new Error(`nothing usable: ${JSON.stringify(result.setAside)}`);
  return result;
}

describe('a complete questionnaire', () => {
  it('is the sum of its items', () => {
    expect(score(PHQ, { items: [2, 2, 3, 1, 0, 1, 2, 1, 0], difficulty: 1 })).toEqual({
      completeness: 'complete',
      items: [2, 2, 3, 1, 0, 1, 2, 1, 0],
      total: 12,
      prorated: null,
      mismatch: false,
      difficulty: 1,
      setAside: [],
      safety: 'negative',
    });
  });

  it('is read by item number, as digits and as LOINC answers alike', () => {
    const byNumber = { '1': 1, '2': '2', '3': 'LA6571-9', '4': 0, '5': 0, '6': 0, '7': 0, '8': 0, '9': 'LA6569-3' };
    expect(score(PHQ, { items: byNumber })).toMatchObject({ total: 7, safety: 'positive', setAside: [] });
  });

  it('keeps a stated total that contradicts its items: the items count', () => {
    expect(score(GAD, { items: [1, 1, 1, 1, 1, 1, 1], total: 12 })).toMatchObject({
      total: 7,
      statedTotal: 12,
      mismatch: true,
    });
    expect(score(GAD, { items: [1, 1, 1, 1, 1, 1, 1], total: '7' })).toMatchObject({
      total: 7,
      statedTotal: 7,
      mismatch: false,
    });
  });

  it('of GAD-7 reads LOINC’s "More days than not" on item 2 and nowhere else, and asks nothing about safety', () => {
    const odd = 'LA18938-3';
    expect(score(GAD, { items: [0, odd, 0, 0, 0, 0, 0] })).toMatchObject({ total: 2, safety: 'none' });
    expect(score(GAD, { items: [odd, 0, 0, 0, 0, 0, 0] })).toMatchObject({ completeness: 'partial', total: null });
  });
});

describe('a partial questionnaire', () => {
  it('has no total; up to two missing answers give a prorated figure that is no score', () => {
    expect(score(PHQ, { items: [1, 1, 1, 1, 1, 1, 1, null, 0] })).toMatchObject({
      completeness: 'partial',
      total: null,
      prorated: 7.9,
    });
    expect(score(PHQ, { items: [1, 1, 1, 1, 1, 1, null, null, 0] })).toMatchObject({ total: null, prorated: 7.7 });
    expect(score(PHQ, { items: [1, 1, 1, 1, 1, null, null, null, 0] })).toMatchObject({ total: null, prorated: null });
  });

  it('sets a bad answer aside and keeps the good ones', () => {
    expect(score(PHQ, { items: [1, 7, 'often', true, 2, 0, 0, 0, 1] })).toMatchObject({
      completeness: 'partial',
      items: [1, null, null, null, 2, 0, 0, 0, 1],
      safety: 'positive',
      setAside: [
        { item: '2', given: 7, why: 'not one of 0, 1, 2, 3' },
        { item: '3', given: 'often' },
        { item: '4', given: true },
      ],
    });
  });

  it('sets aside what belongs to no item, and a total or difficulty that cannot be', () => {
    expect(
      score(PHQ, { items: { '1': 1, q12: 3 }, total: 99, difficulty: 'very' }).setAside.map(({ item }) => item),
    ).toEqual(['q12', 'total', 'difficulty']);
    expect(score(GAD, { items: [0, 0, 0, 0, 0, 0, 0, 3] })).toMatchObject({
      total: 0,
      setAside: [{ item: '8', given: 3 }],
    });
  });

  it('flags a total that no missing answer could explain', () => {
    const eightOnes = [1, 1, 1, 1, 1, 1, 1, 1, null];
    expect(score(PHQ, { items: eightOnes, total: 11 }).mismatch).toBe(false);
    expect(score(PHQ, { items: eightOnes, total: 12 }).mismatch).toBe(true);
    expect(score(PHQ, { items: eightOnes, total: 7 }).mismatch).toBe(true);
  });
});

describe('item 9', () => {
  it.each([1, 2, 3])('is positive at %i, whatever else is missing', (answer) => {
    expect(score(PHQ, { items: { '9': answer } })).toMatchObject({
      completeness: 'partial',
      total: null,
      safety: 'positive',
    });
  });

  it('is unanswered, never 0, on a form that is otherwise answered', () => {
    expect(score(PHQ, { items: [1, 1, 1, 1, 1, 1, 1, 1] }).safety).toBe('unanswered');
    expect(score(PHQ, { items: [0, null, null] }).safety).toBe('unanswered');
    expect(score(PHQ, { items: [0, 0, 0, 0, 0, 0, 0, 0, 'no'], total: 0 }).safety).toBe('unanswered');
  });

  it('is unknown behind a bare total, unless that is 0', () => {
    expect(score(PHQ, { total: 14 })).toMatchObject({
      completeness: 'total-only',
      items: null,
      total: 14,
      safety: 'unknown',
    });
    expect(score(PHQ, { total: '0' })).toMatchObject({ completeness: 'total-only', total: 0, safety: 'negative' });
    expect(score(PHQ, { total: 0, items: { '9': 'sometimes' } }).safety).toBe('unknown');
    expect(score(GAD, { total: 14 }).safety).toBe('none');
  });
});

describe('a form without a valid answer and without a valid total', () => {
  it('gives the reasons and no score', () => {
    expect(scoreAnswers(PHQ, {})).toEqual({ completeness: null, setAside: [] });
    expect(scoreAnswers(PHQ, { items: [], difficulty: 2 })).toEqual({ completeness: null, setAside: [] });
    expect(scoreAnswers(PHQ, { items: ['x'], total: 28 })).toEqual({
      completeness: null,
      setAside: [
        { item: '1', given: 'x', why: 'not one of 0, 1, 2, 3' },
        { item: 'total', given: 28, why: 'not a whole number from 0 to 27' },
      ],
    });
  });
});

describe('whatever comes in', () => {
  const mixed = fc.oneof(fc.constantFrom(null, 0, 1, 2, 3, '2', 'LA6568-5'), fc.anything());
  const given = fc.record(
    {
      items: fc.oneof(fc.array(mixed, { maxLength: 12 }), fc.dictionary(fc.string(), mixed), mixed),
      total: mixed,
      difficulty: mixed,
    },
    { requiredKeys: [] },
  );

  it('never throws, invents nothing and can be written down', () => {
    fc.assert(
      fc.property(fc.constantFrom(PHQ, GAD), given, (form, answers) => {
        const result = scoreAnswers(form, answers as Answers);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        if (result.completeness === null) return;
        const answered = (result.items ?? []).filter((one) => one !== null);
        expect(result.completeness === 'complete').toBe(answered.length === form.items.length);
        if (result.completeness === 'complete') expect(result.total).toBe(answered.reduce((a, b) => a + b, 0));
        if (result.completeness === 'partial') expect(result.total).toBeNull();
        if (result.completeness === 'total-only') expect(result.total).toBe(result.statedTotal);
        if (result.prorated !== null) expect(result.prorated).toBeLessThanOrEqual(form.items.length * 3);
      }),
      { numRuns: 500 },
    );
  });

  it('is negative for safety only when item 9 was answered with 0 or the total is 0', () => {
    fc.assert(
      fc.property(given, (answers) => {
        const result = scoreAnswers(PHQ, answers as Answers);
        if (result.completeness === null || result.safety !== 'negative') return;
        expect(result.items ? result.items[8] : result.total).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
