import { expect, it } from '@jest/globals';
import { answers, areServed } from './answers.js';

const waited = (answerMs: number[], unanswered = 0) => answers({ answerMs, unanswered });

it('says how long people waited', () => {
  expect(waited([30, 10, 20])).toEqual({ count: 3, medianMs: 20, p99Ms: 30, maxMs: 30, unanswered: 0 });
});

it('takes nobody for served where nobody was answered', () => {
  expect(areServed(waited([10, 20]), 1_000)).toBe(true);
  expect(areServed(waited([]), 1_000)).toBe(false);
  expect(areServed(waited([], 7), 1_000)).toBe(false);
  // Who had to ask again stands in no figure of those who were answered.
  expect(areServed(waited([10, 20], 1), 1_000)).toBe(false);
  expect(areServed(waited([10, 1_001]), 1_000)).toBe(false);
});
