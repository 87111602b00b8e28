import { describe, expect, it } from '@jest/globals';
import { boundedMemo } from './bounded-memo.js';

describe('a bounded memo', () => {
  it('computes once for a key, and forgets the oldest when it is full', () => {
    const computed: string[] = [];
    const memo = boundedMemo<string, string>(2);
    const ask = (key: string) =>
      memo(key, () => {
        computed.push(key);
        return key.toUpperCase();
      });
    expect(['a', 'a', 'b', 'c', 'c', 'a'].map(ask)).toEqual(['A', 'A', 'B', 'C', 'C', 'A']);
    expect(computed).toEqual(['a', 'b', 'c', 'a']);
  });
});
