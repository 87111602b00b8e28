import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  changesBetween,
  completed,
  DEFAULT_PATHWAY,
  problemsOf,
  refusalToAdopt,
  saysTheSame,
  SHIPPED_PATHWAYS,
  withClass,
  type Pathway,
} from './index.js';
import { ORDERED } from './order.js';

const parameters = DEFAULT_PATHWAY.parameters;
const changed = (over: object): Pathway => ({ ...DEFAULT_PATHWAY, parameters: { ...parameters, ...over } });
/** The default with other values. */
const valued = (values: Readonly<Record<string, number>>, from = DEFAULT_PATHWAY): Pathway => ({
  ...from,
  parameters: {
    ...from.parameters,
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { ...from.parameters[key]!, value }])),
  },
});
const contact = parameters['contact.acute']!;
const { 'contact.acute': _contact, ...withoutContact } = parameters;

describe('a pathway that an organisation proposes', () => {
  it.each([
    ['within its ranges', valued({ 'contact.acute': 21 }), []],
    [
      'out of range',
      valued({ 'contact.acute': 60 }),
      [{ pointer: '/parameters/contact.acute/value', detail: '60 is outside 7–28' }],
    ],
    [
      'in parts of a day, or of an hour between two raises',
      valued({ 'safety.remind': 0.5, 'safety.repeat': 2.5, 'risk.high': 6.5 }),
      [
        { pointer: '/parameters/safety.repeat/value', detail: '2.5 is no whole number' },
        { pointer: '/parameters/risk.high/value', detail: '6.5 is no whole number' },
      ],
    ],
    [
      'out of our range, with a wider one of its own',
      changed({ 'contact.acute': { ...contact, value: 60, range: [7, 99] } }),
      [
        { pointer: '/parameters/contact.acute/value', detail: '60 is outside 7–28' },
        { pointer: '/parameters/contact.acute/range', detail: 'is 7,28 in this build' },
      ],
    ],
    [
      'that calls a number of safety administrative',
      changed({ 'risk.high': { ...parameters['risk.high'], class: 'administrative' } }),
      [{ pointer: '/parameters/risk.high/class', detail: 'is safety in this build' }],
    ],
    [
      'with a key nobody reads',
      changed({ 'contact.never': contact }),
      [{ pointer: '/parameters/contact.never', detail: 'unknown parameter' }],
    ],
    [
      'with a key missing',
      { ...DEFAULT_PATHWAY, parameters: withoutContact },
      [{ pointer: '/parameters/contact.acute', detail: 'missing' }],
    ],
    [
      'with a mark and a field of its own',
      { ...changed({ 'contact.acute': { ...contact, mark: '!' } }), approved: true },
      [
        { pointer: '/parameters/contact.acute/mark', detail: expect.any(String) },
        { pointer: '/approved', detail: 'unknown field' },
      ],
    ],
    [
      'whose numbers contradict each other',
      valued({ 'non-response.first': 70, 'no-contact.propose': 60 }),
      [
        {
          pointer: '/parameters/non-response.first/value',
          detail: '70 must be below non-response.second, which is 70',
        },
        { pointer: '/parameters/no-contact.act/value', detail: '60 must be below no-contact.propose, which is 60' },
      ],
    ],
    [
      'that asks before an answer counts, or lets a higher risk wait longer',
      valued({ 'plan-review.long': 140, 'risk-consult.moderate': 5 }),
      [
        {
          pointer: '/parameters/plan-review.long.counts-from/value',
          detail: '154 must be at most plan-review.long, which is 140',
        },
        {
          pointer: '/parameters/risk-consult.high/value',
          detail: '7 must be at most risk-consult.moderate, which is 5',
        },
      ],
    ],
    [
      'whose reminder about safety comes with what it reminds of',
      valued({ 'safety.remind': 0 }),
      [{ pointer: '/parameters/safety.remind/value', detail: '0 hours later is no second time' }],
    ],
    ['that is no pathway', null, [{ pointer: '', detail: expect.any(String) }]],
  ])('%s', (_name, pathway, problems) => {
    const found = problemsOf(pathway);
    expect(pathway === null ? found.slice(0, 1) : found).toEqual(problems);
  });

  it('is only compared in one unit', () => {
    for (const [lower, , higher] of ORDERED)
      expect([lower, parameters[lower]!.unit]).toEqual([lower, parameters[higher]!.unit]);
  });
});

describe('the pathways that ship', () => {
  it('are the default, the monthly floor and the demonstration, each fit to be adopted in place of any other', () => {
    expect([...SHIPPED_PATHWAYS.keys()]).toEqual(['default', 'monthly-floor', 'demo']);
    for (const proposed of SHIPPED_PATHWAYS.values())
      for (const inForce of SHIPPED_PATHWAYS.values())
        expect(refusalToAdopt(proposed, DEFAULT_PATHWAY, inForce)).toBeNull();
  });

  it('the monthly floor asks for a contact and a scale a month, and a consult by day 70', () => {
    const value = (key: string) => SHIPPED_PATHWAYS.get('monthly-floor')!.parameters[key]!.value;
    expect(['contact.acute', 'reassessment.acute', 'non-response.due', 'consult-repeat.every'].map(value)).toEqual([
      28, 28, 70, 60,
    ]);
  });

  it('the demonstration shortens administrative clocks only, and says that it is not for care', () => {
    const demo = SHIPPED_PATHWAYS.get('demo')!;
    expect(demo.notForCare).toBe(true);
    expect(new Set(changesBetween(DEFAULT_PATHWAY, demo).map((one) => one.class))).toEqual(new Set(['administrative']));
  });
});

describe('what concerns safety', () => {
  const five = valued({ 'risk.high': 5, 'risk.ahead': 3 });

  it('is tightened freely', () => {
    expect(refusalToAdopt(five, DEFAULT_PATHWAY, DEFAULT_PATHWAY)).toBeNull();
  });

  it('is not loosened below the shipped default, each number named', () => {
    // Told one day ahead instead of two, within the range: higher is tighter here.
    expect(refusalToAdopt(valued({ 'risk.ahead': 1 }), DEFAULT_PATHWAY, undefined)).toEqual({
      code: 'safety-loosened',
      detail: expect.any(String),
      errors: [
        {
          pointer: '/pathway/parameters/risk.ahead/value',
          detail: '1 is looser than the shipped default (2 calendar-days)',
        },
      ],
    });
  });

  it('is not loosened below what is in force', () => {
    const errors = refusalToAdopt(DEFAULT_PATHWAY, DEFAULT_PATHWAY, five)?.errors;
    expect(errors).toEqual([
      { pointer: '/pathway/parameters/risk.high/value', detail: '7 is looser than what is in force (5 calendar-days)' },
      {
        pointer: '/pathway/parameters/risk.ahead/value',
        detail: '2 is looser than what is in force (3 calendar-days)',
      },
    ]);
  });

  it('looser clinical and administrative numbers are the clinic’s to choose', () => {
    expect(
      refusalToAdopt(valued({ 'contact.acute': 28, 'referral.first-outreach': 3 }), DEFAULT_PATHWAY, DEFAULT_PATHWAY),
    ).toBeNull();
  });
});

describe('composing', () => {
  const any = fc.constantFrom(...SHIPPED_PATHWAYS.values(), valued({ 'risk.high': 5, 'safety.repeat': 2 }));
  const cls = fc.constantFrom('safety' as const, 'clinical' as const, 'administrative' as const);

  it('is idempotent, takes all of one class and nothing of another, in any order', () => {
    fc.assert(
      fc.property(any, any, any, cls, cls, (base, a, b, one, other) => {
        const composed = withClass(base, one, a);
        expect(withClass(composed, one, a)).toEqual(composed);
        expect(saysTheSame(one, composed, a)).toBe(true);
        if (one === other) return;
        expect(saysTheSame(other, composed, base)).toBe(true);
        expect(withClass(withClass(base, other, b), one, a)).toEqual(withClass(composed, other, b));
      }),
    );
  });

  it('a pathway of an older build has our default for what it does not know, and our word for what a number is', () => {
    const old = {
      ...valued({ 'contact.acute': 21 }),
      parameters: { 'contact.acute': { ...contact, value: 21, class: 'safety' } },
    };
    expect(completed(old as unknown as Pathway).parameters).toEqual(valued({ 'contact.acute': 21 }).parameters);
  });
});
