import { describe, expect, it } from '@jest/globals';
import { instrument } from './index.js';
import { safetyOf, safetyOfItems } from './safety.js';
import type { Instrument } from './schema.js';

const PHQ = instrument('PHQ-9') as Instrument;
const GAD = instrument('GAD-7') as Instrument;
const COLUMBIA = instrument('C-SSRS') as Instrument;

describe('safety of answers as they were recorded', () => {
  const nine = (answer: number | null) => safetyOfItems(PHQ, [0, 0, 0, 0, 0, 0, 0, 0, answer]);

  it('is that of the answers', () => {
    expect([nine(1), nine(null), nine(0)]).toEqual(['positive', 'unanswered', 'negative']);
    expect(safetyOfItems(GAD, [0, 0, 0, 0, 0, 0, 3])).toBe('none');
    expect(safetyOfItems(COLUMBIA, [0, 0, null, null, null, 0, null])).toBe('negative');
    expect(safetyOfItems(COLUMBIA, [0, 0, null, null, null, 0, 1])).toBe('positive');
  });

  it('is not known of a form that is not known, nor of one without answers', () => {
    expect(safetyOfItems(undefined, [0])).toBeUndefined();
    expect(safetyOfItems(PHQ, null)).toBeUndefined();
  });
});

describe('a total alone', () => {
  const unread = { scores: PHQ.items.map(() => null), setAside: [] };
  const asking = (...triggers: NonNullable<Instrument['safety']>['triggers']): Instrument => ({
    ...PHQ,
    safety: { ...PHQ.safety!, triggers },
  });
  const about = (item: string, ...scores: number[]) => ({ item, scores, whenUnanswered: true });

  it('rules out what it rules out of every item that has to be answered', () => {
    expect(safetyOf(asking(about('9', 1, 2, 3), about('1', 3)), unread, 0)).toBe('negative');
    expect(safetyOf(asking(about('9', 1, 2, 3), about('1', 0)), unread, 0)).toBe('unknown');
  });

  it('rules nothing out of an item that counts for none', () => {
    const form = asking(about('9', 1, 2, 3));
    const items = form.items.map((item) => (item.id === '9' ? { ...item, scored: false } : item));
    expect(safetyOf({ ...form, items }, unread, 0)).toBe('unknown');
  });
});
