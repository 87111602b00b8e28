import { initialEpisode } from '#care';
import { describe, expect, it } from '@jest/globals';
import { Recall, type Recalled } from './recall.js';

const recalled = (revision: number): Recalled => ({
  organisation: 'clinic',
  state: initialEpisode,
  revision,
  standing: new Map(),
});

describe('what was read of episodes before', () => {
  it('is seen through a draft, and what is drafted is not seen before it is committed', () => {
    const recall = Recall.nothing();
    recall.keep('e1', recalled(3));
    const draft = recall.draft();
    draft.keep('e1', recalled(4));
    draft.keep('e2', recalled(0));
    expect(draft.get('e1')?.revision).toBe(4);
    expect(recall.get('e1')?.revision).toBe(3);
    expect(recall.get('e2')).toBeUndefined();
    draft.commit();
    expect(recall.get('e1')?.revision).toBe(4);
    expect(recall.get('e2')?.revision).toBe(0);
  });

  it('is gone from a draft that forgot it, and from everywhere once that is committed', () => {
    const recall = Recall.nothing();
    recall.keep('e1', recalled(3));
    const draft = recall.draft();
    draft.forgetAll();
    expect(draft.get('e1')).toBeUndefined();
    expect(recall.get('e1')).toBeDefined();
    draft.keep('e2', recalled(7));
    draft.commit();
    expect(recall.get('e1')).toBeUndefined();
    expect(recall.get('e2')?.revision).toBe(7);
  });

  it('is bounded: the one longest unused goes first', () => {
    const recall = Recall.nothing();
    for (let n = 0; n < 1_000; n += 1) recall.keep(`e${n}`, recalled(n));
    recall.keep('e0', recalled(1));
    recall.keep('one more', recalled(0));
    expect(recall.get('e1')).toBeUndefined();
    expect(recall.get('e0')?.revision).toBe(1);
  });
});
