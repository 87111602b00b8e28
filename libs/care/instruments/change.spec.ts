import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bandOf,
  bestOf,
  betterBy,
  deteriorated,
  INSTRUMENTS,
  instrument,
  isElevated,
  isImproved,
  isReliableChange,
  isReliablyWorse,
  isRemission,
  isResponse,
  rangeOf,
} from './index.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const GAD = instrument('GAD-7') as Instrument;
const PCL = instrument('PCL-5') as Instrument;

/** As the PHQ-9, with higher totals for better days. */
const WELLBEING: Instrument = {
  ...PHQ,
  code: 'WELL-9',
  direction: 'higher-is-better',
  change: {
    elevatedFrom: { value: 17, source: 'test', mark: '' },
    response: { value: 0.5, source: 'test', mark: '' },
    remissionBeyond: { value: 22, source: 'test', mark: '' },
    reliable: { value: 6, source: 'test', mark: '' },
    deterioration: { value: 5, source: 'test', mark: '' },
  },
};

describe('change on the PHQ-9 (domain.md §2.9)', () => {
  it.each([
    { baseline: 18, now: 9, response: true, remission: false, improved: true, reliable: true, worse: false },
    { baseline: 18, now: 10, response: false, remission: false, improved: false, reliable: true, worse: false },
    { baseline: 11, now: 9, response: false, remission: false, improved: true, reliable: false, worse: false },
    { baseline: 15, now: 4, response: true, remission: true, improved: true, reliable: true, worse: false },
    { baseline: 4, now: 10, response: false, remission: false, improved: false, reliable: false, worse: true },
    { baseline: 12, now: 17, response: false, remission: false, improved: false, reliable: false, worse: true },
  ])('from $baseline to $now', ({ baseline, now, response, remission, improved, reliable, worse }) => {
    expect(isResponse(PHQ, baseline, now)).toBe(response);
    expect(isRemission(PHQ, now)).toBe(remission);
    expect(isImproved(PHQ, baseline, now)).toBe(improved);
    expect(isReliableChange(PHQ, baseline, now)).toBe(reliable);
    expect(deteriorated(PHQ, baseline, now)).toBe(worse);
  });
});

describe('thresholds', () => {
  it('of an odd baseline ask for more than half of it to go', () => {
    expect([isResponse(PHQ, 15, 8), isResponse(PHQ, 15, 7)]).toEqual([false, true]);
    expect(isResponse(PHQ, 0, 0)).toBe(false);
  });

  it('stand at 10, at 5 and at the minimal important change of each instrument', () => {
    expect([isElevated(PHQ, 9), isElevated(PHQ, 10)]).toEqual([false, true]);
    expect([isRemission(PHQ, 5), isRemission(PHQ, 4)]).toEqual([false, true]);
    expect([deteriorated(PHQ, 8, 12), deteriorated(PHQ, 8, 13)]).toEqual([false, true]);
    expect([deteriorated(GAD, 8, 11), deteriorated(GAD, 8, 12)]).toEqual([false, true]);
    expect([isReliableChange(GAD, 12, 9), isReliableChange(GAD, 12, 8)]).toEqual([false, true]);
    expect([PHQ.change.early?.value, GAD.change.early?.value]).toEqual([5, 4]);
  });

  it('name the bands', () => {
    expect([0, 4, 5, 10, 15, 19, 20, 27].map((total) => bandOf(PHQ, total))).toEqual([
      'minimal',
      'minimal',
      'mild',
      'moderate',
      'moderately-severe',
      'moderately-severe',
      'severe',
      'severe',
    ]);
    expect([14, 15, 21].map((total) => bandOf(GAD, total))).toEqual(['moderate', 'severe', 'severe']);
    expect(bandOf(GAD, 22)).toBeUndefined();
  });

  it('of the PCL-5 are points: improved by 12, reliably changed by 5; no share of the baseline', () => {
    expect([isImproved(PCL, 50, 39), isImproved(PCL, 50, 38)]).toEqual([false, true]);
    expect([isReliableChange(PCL, 50, 46), isReliableChange(PCL, 50, 45)]).toEqual([false, true]);
    expect([isElevated(PCL, 32), isElevated(PCL, 33)]).toEqual([false, true]);
    expect([isResponse(PCL, 50, 0), isRemission(PCL, 0), deteriorated(PCL, 0, 80)]).toEqual([false, false, false]);
  });

  it('of the EPDS and the C-SSRS are not known, so nothing is called a change', () => {
    for (const form of [instrument('EPDS')!, instrument('C-SSRS')!])
      expect([isResponse(form, 20, 0), isImproved(form, 20, 0), isReliableChange(form, 20, 0)]).toEqual([
        false,
        false,
        false,
      ]);
  });

  it('are met by every better score too, whichever way the form counts', () => {
    const cases = fc
      .constantFrom(WELLBEING, ...INSTRUMENTS.values())
      .chain((form) => {
        const points = fc.integer({ min: rangeOf(form).lowest, max: rangeOf(form).highest });
        return fc.record({ form: fc.constant(form), baseline: points, now: points, better: points });
      })
      .filter(({ form, now, better }) => betterBy(form, now, better) > 0);
    fc.assert(
      fc.property(cases, ({ form, baseline, now, better }) => {
        for (const isMet of [isResponse, isImproved, isReliableChange])
          if (isMet(form, baseline, now)) expect(isMet(form, baseline, better)).toBe(true);
        if (isRemission(form, now)) expect(isRemission(form, better)).toBe(true);
        if (isElevated(form, better)) expect(isElevated(form, now)).toBe(true);
        if (isResponse(form, baseline, now)) expect(deteriorated(form, baseline, now)).toBe(false);
        expect(betterBy(form, baseline, now)).toBe(-betterBy(form, now, baseline) + 0);
        expect(bestOf(form, [now, better])).toBe(better);
      }),
    );
  });

  it('say of a form on which higher is better what they say of one on which it is worse', () => {
    const points = fc.integer({ min: 0, max: 27 });
    fc.assert(
      fc.property(points, points, (baseline, now) => {
        const mirrored = [27 - baseline, 27 - now] as const;
        for (const is of [isResponse, isImproved, isReliableChange, isReliablyWorse, deteriorated])
          expect(is(WELLBEING, ...mirrored)).toBe(is(PHQ, baseline, now));
        expect(isRemission(WELLBEING, 27 - now)).toBe(isRemission(PHQ, now));
        expect(isElevated(WELLBEING, 27 - now)).toBe(isElevated(PHQ, now));
      }),
    );
  });
});
