import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INSTRUMENTS, instrument, rangeOf, scoreAnswers, triageOf, type Answers, type Score } from './index.js';
import { answersOf } from './range.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const GAD = instrument('GAD-7') as Instrument;
const TEEN = instrument('PHQ-A') as Instrument;
const EPDS = instrument('EPDS') as Instrument;
const PCL = instrument('PCL-5') as Instrument;
const TRAUMA = instrument('PC-PTSD-5') as Instrument;
const ALCOHOL = instrument('AUDIT-C') as Instrument;
const COLUMBIA = instrument('C-SSRS') as Instrument;
const ALL = [...INSTRUMENTS.values()];

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

  it('prorates nothing from nothing, and nothing for what was not to be asked', () => {
    const lenient = { ...TEEN, prorate: { ...TEEN.prorate!, maxMissing: 9 } };
    expect(score(lenient, { items: { attempt: 'yes' } })).toMatchObject({ prorated: null, safety: 'positive' });
    const askedIf = { item: '1', scores: [1] };
    const branching = { ...TEEN, items: TEEN.items.map((item) => (item.id === '9' ? { ...item, askedIf } : item)) };
    // Item 8 is missing; item 9 was not to be asked.
    expect(score(branching, { items: [2, 2, 2, 2, 2, 2, 2] })).toMatchObject({ total: null, prorated: 16 });
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
    expect(score(PHQ, { total: ' 14 ' })).toMatchObject({ completeness: 'total-only', total: 14 });
    expect(scoreAnswers(PHQ, { total: 13.5 })).toMatchObject({
      completeness: null,
      setAside: [{ item: 'total', given: 13.5, why: 'not a whole number from 0 to 27' }],
    });
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

describe('a form that asks one thing only after another', () => {
  it('is complete without what was not to ask: no event, no alcohol', () => {
    expect(score(TRAUMA, { items: { exposure: 'no' } })).toMatchObject({ completeness: 'complete', total: 0 });
    expect(score(ALCOHOL, { items: ['LA6270-8', null, null] })).toMatchObject({ completeness: 'complete', total: 0 });
    expect(score(ALCOHOL, { items: [1, null, 0] })).toMatchObject({ completeness: 'partial', total: null });
    expect(score(TRAUMA, { items: { exposure: true, '1': 'Y' } })).toMatchObject({ completeness: 'partial' });
    expect(score(TRAUMA, { items: [1, null, 0, 1, 1] })).toMatchObject({ completeness: 'partial', total: null });
  });

  it('counts five answers in order as those of the PC-PTSD-5, whether or not the event was asked about', () => {
    expect(score(TRAUMA, { items: [1, 1, 0, 'yes', true] })).toMatchObject({ completeness: 'complete', total: 4 });
  });

  it('keeps an answer that was not to be given', () => {
    expect(score(COLUMBIA, { items: [0, 0, null, 1, null, 0] })).toMatchObject({
      completeness: 'complete',
      items: [0, 0, null, 1, null, 0, null],
      safety: 'positive',
    });
  });
});

describe('the answers an item has are its own', () => {
  it('on the EPDS every item scores 0 to 3, whatever its order on the form', () => {
    expect(EPDS.items.map((item) => answersOf(EPDS, item)[0]?.score)).toEqual([0, 0, 3, 0, 3, 3, 3, 3, 3, 3]);
    expect(score(EPDS, { items: [0, 1, 2, 3, 0, 1, 2, 3, 0, 0] })).toMatchObject({ total: 12, safety: 'negative' });
    expect(score(EPDS, { items: [4].concat(Array(9).fill(0)) })).toMatchObject({
      setAside: [{ item: '1', given: 4, why: 'not one of 0, 1, 2, 3' }],
    });
  });

  it('on the PCL-5 0 to 4, on the AUDIT-C each with its own codes', () => {
    expect(score(PCL, { items: Array(20).fill(4) })).toMatchObject({ total: 80, safety: 'none' });
    expect(score(ALCOHOL, { items: ['LA18929-2', 'LA18932-6', 'LA18934-2'] })).toMatchObject({ total: 12 });
    expect(score(ALCOHOL, { items: ['LA18929-2', 'LA18934-2', 1] })).toMatchObject({ completeness: 'partial' });
  });

  it('yes and no are words only where the form has them', () => {
    expect(score(PHQ, { items: [1, 'yes', true] })).toMatchObject({ setAside: [{ item: '2' }, { item: '3' }] });
    expect(score(COLUMBIA, { items: ['No', 'n', null, null, null, false] })).toMatchObject({
      completeness: 'complete',
      safety: 'negative',
      total: null,
      setAside: [],
    });
  });
});

describe('safety', () => {
  it('of the EPDS is its item 10', () => {
    expect(score(EPDS, { items: { '10': 1 } })).toMatchObject({ completeness: 'partial', safety: 'positive' });
    expect(score(EPDS, { items: [0, 0, 0, 0, 0, 0, 0, 0, 3] }).safety).toBe('unanswered');
    expect(score(EPDS, { total: 1 }).safety).toBe('unknown');
    expect(score(EPDS, { total: 0 }).safety).toBe('negative');
  });

  it('of the PHQ-A is also its two supplementary questions, which may be left out', () => {
    const answered = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(score(TEEN, { items: answered })).toMatchObject({ completeness: 'complete', total: 0, safety: 'negative' });
    for (const extra of [{ thoughts: 'yes' }, { attempt: 1 }])
      expect(
        score(TEEN, { items: { ...Object.fromEntries(answered.map((a, i) => [i + 1, a])), ...extra } }),
      ).toMatchObject({ completeness: 'complete', total: 0, safety: 'positive' });
    expect(score(TEEN, { items: { ...answered, attempt: 'no' } }).safety).toBe('unanswered');
    expect(score(TEEN, { total: 0 }).safety).toBe('negative');
    // What counts for nothing has no part in what is prorated.
    expect(score(TEEN, { items: [2, 2, 2, 2, 2, 2, 2, 2] })).toMatchObject({ total: null, prorated: 18 });
    expect(score(TEEN, { total: 4 }).safety).toBe('unknown');
  });

  it('of the C-SSRS is any yes, and what was to ask and was not', () => {
    for (const { id } of COLUMBIA.items) expect(score(COLUMBIA, { items: { [id]: 'yes' } }).safety).toBe('positive');
    expect(score(COLUMBIA, { items: [0, 0] })).toMatchObject({ completeness: 'partial', safety: 'unanswered' });
    expect(score(COLUMBIA, { items: [null, 0, null, null, null, 0] }).safety).toBe('unanswered');
  });

  it('asks nothing of a total without items where the form does not ask about it', () => {
    for (const form of ALL.filter(({ safety, scoring }) => !safety && scoring === 'sum'))
      expect([form.code, score(form, { total: rangeOf(form).highest }).safety]).toEqual([form.code, 'none']);
  });
});

describe('the screener’s level (domain.md §2.4)', () => {
  it.each<[string, (number | null)[], string | null]>([
    ['only no', [0, 0, null, null, null, 0, null], null],
    ['1 alone', [1, 0, null, null, null, 0, null], 'low'],
    ['2 alone', [0, 1, 0, 0, 0, 0, null], 'low'],
    ['3', [1, 1, 1, 0, 0, 0, null], 'moderate'],
    ['behaviour long ago', [0, 0, null, null, null, 1, 0], 'moderate'],
    ['4', [1, 1, 0, 1, 0, 0, null], 'high'],
    ['5', [0, 1, 0, 0, 1, 0, null], 'high'],
    ['behaviour in the past three months', [0, 0, null, null, null, 1, 1], 'high'],
  ])('after %s is a hint', (_, answers, level) => {
    expect(triageOf(COLUMBIA, answers)).toBe(level);
  });

  it('is none of a form that gives none', () => {
    expect(triageOf(PHQ, [3, 3, 3, 3, 3, 3, 3, 3, 3])).toBeNull();
  });

  it('is not a total: the form has none', () => {
    expect(scoreAnswers(COLUMBIA, { total: 4 })).toEqual({
      completeness: null,
      setAside: [{ item: 'total', given: 4, why: 'C-SSRS has no total' }],
    });
  });
});

/** A form answered in full: one of its answers for each item. */
const answered = (form: Instrument) =>
  fc.tuple(...form.items.map((item) => fc.constantFrom(...answersOf(form, item).map(({ score: one }) => one))));
const withAnswers = fc.constantFrom(...ALL).chain((form) => answered(form).map((scores) => ({ form, scores })));
const counts = (form: Instrument, i: number): boolean => form.items[i]!.scored;

describe('of every instrument', () => {
  it('a complete form is scored within its range, and lies in one band', () => {
    fc.assert(
      fc.property(withAnswers, ({ form, scores }) => {
        const { completeness, total, mismatch, setAside } = score(form, { items: scores });
        expect([completeness, mismatch, setAside]).toEqual(['complete', false, []]);
        if (form.scoring === 'none') return expect(total).toBeNull();
        expect(total).toBe(scores.reduce((sum, one, i) => sum + (counts(form, i) ? one : 0), 0));
        expect(form.bands.filter(({ from, to }) => from <= total! && total! <= to)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it('a higher answer to an item never lowers the total, and only those that count raise it', () => {
    fc.assert(
      fc.property(withAnswers, fc.nat(), ({ form, scores }, n) => {
        const at = n % form.items.length;
        const higher = answersOf(form, form.items[at]!)
          .map(({ score: one }) => one)
          .filter((one) => one > scores[at]!);
        if (form.scoring === 'none' || higher.length === 0) return;
        const before = score(form, { items: scores }).total!;
        for (const one of higher) {
          const after = score(form, { items: scores.with(at, one) }).total!;
          expect(after - before).toBe(counts(form, at) ? one - scores[at]! : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('it does not matter in which order the answers come, nor which of the like items got which', () => {
    fc.assert(
      fc.property(withAnswers, fc.infiniteStream(fc.nat()), ({ form, scores }, stream) => {
        const byId = form.items.map(({ id }, i): [string, number] => [id, scores[i]!]);
        const shuffled = Object.fromEntries(byId.toSorted(() => (stream.next().value! % 2) - 0.5));
        expect(score(form, { items: shuffled })).toEqual(score(form, { items: scores }));
        const free = form.items.flatMap((item, i) => (item.scored && !item.askedIf && !item.answers ? [i] : []));
        const turned = free.reduce(
          (now, i, n) => now.with(i, scores[free[(n + 1) % free.length]!]!),
          scores as number[],
        );
        expect(score(form, { items: turned }).total).toBe(score(form, { items: scores }).total);
      }),
      { numRuns: 200 },
    );
  });

  it('leaving out a required answer that was to be given leaves no total, and never makes it safe', () => {
    fc.assert(
      fc.property(withAnswers, fc.nat(), ({ form, scores }, n) => {
        const at = n % form.items.length;
        const item = form.items[at]!;
        if (!item.required || item.askedIf) return;
        const left = scoreAnswers(form, { items: (scores as (number | null)[]).with(at, null) });
        if (left.completeness === null) return;
        expect([left.completeness, left.total]).toEqual(['partial', null]);
        const trigger = form.safety?.triggers.find((one) => one.item === item.id);
        if (trigger?.whenUnanswered) expect(left.safety).not.toBe('negative');
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever comes in', () => {
  const mixed = fc.oneof(fc.constantFrom(null, 0, -0, 1, 2, 3, '2', 'LA6568-5'), fc.anything());
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
      fc.property(fc.constantFrom(...ALL), given, (form, answers) => {
        const result = scoreAnswers(form, answers as Answers);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        if (result.completeness === null) return;
        const { lowest, highest } = rangeOf(form);
        if (result.total !== null) expect(result.total >= lowest && result.total <= highest).toBe(true);
        if (result.completeness === 'partial') expect(result.total).toBeNull();
        if (result.completeness === 'total-only') expect(result.total).toBe(result.statedTotal);
        if (result.prorated !== null) expect(result.prorated).toBeLessThanOrEqual(highest);
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
