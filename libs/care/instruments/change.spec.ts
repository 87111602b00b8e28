import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bandOf,
  deteriorated,
  dropSince,
  instrument,
  isElevated,
  isImproved,
  isReliableChange,
  isRemission,
  isResponse,
} from './index.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const GAD = instrument('GAD-7') as Instrument;

describe('change on the PHQ-9 (domain.md §2.9)', () => {
  it.each([
    { baseline: 18, now: 9, response: true, remission: false, improved: true, reliable: true, worse: false },
    { baseline: 18, now: 10, response: false, remission: false, improved: false, reliable: true, worse: false },
    { baseline: 11, now: 9, response: false, remission: false, improved: true, reliable: false, worse: false },
    { baseline: 15, now: 4, response: true, remission: true, improved: true, reliable: true, worse: false },
    { baseline: 4, now: 10, response: false, remission: false, improved: false, reliable: false, worse: true },
    { baseline: 12, now: 17, response: false, remission: false, improved: false, reliable: false, worse: true },
  ])('from $baseline to $now', ({ baseline, now, response, remission, improved, reliable, worse }) => {
    expect(isResponse(baseline, now)).toBe(response);
    expect(isRemission(PHQ, now)).toBe(remission);
    expect(isImproved(PHQ, baseline, now)).toBe(improved);
    expect(isReliableChange(PHQ, baseline, now)).toBe(reliable);
    expect(deteriorated(PHQ, baseline, now)).toBe(worse);
  });
});

describe('thresholds', () => {
  it('of an odd baseline ask for more than half of it to go', () => {
    expect([isResponse(15, 8), isResponse(15, 7)]).toEqual([false, true]);
    expect(isResponse(0, 0)).toBe(false);
  });

  it('stand at 10, at 5 and at the minimal important change of each instrument', () => {
    expect([isElevated(PHQ, 9), isElevated(PHQ, 10)]).toEqual([false, true]);
    expect([isRemission(PHQ, 5), isRemission(PHQ, 4)]).toEqual([false, true]);
    expect([deteriorated(PHQ, 8, 12), deteriorated(PHQ, 8, 13)]).toEqual([false, true]);
    expect([deteriorated(GAD, 8, 11), deteriorated(GAD, 8, 12)]).toEqual([false, true]);
    expect([isReliableChange(GAD, 12, 9), isReliableChange(GAD, 12, 8)]).toEqual([false, true]);
    expect([dropSince(18, 13) >= PHQ.earlyDrop, dropSince(18, 14) >= PHQ.earlyDrop]).toEqual([true, false]);
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

  it('are met by every lower score too', () => {
    const points = fc.integer({ min: 0, max: 27 });
    fc.assert(
      fc.property(points, points, (baseline, now) => {
        if (now > 0 && isResponse(baseline, now)) expect(isResponse(baseline, now - 1)).toBe(true);
        if (isResponse(baseline, now)) expect(deteriorated(PHQ, baseline, now)).toBe(false);
        expect(dropSince(baseline, now)).toBe(-dropSince(now, baseline) + 0);
      }),
    );
  });
});
