import { expect, it } from '@jest/globals';
import { Latenesses } from './lateness.js';

it('says nothing of no steps', () => {
  expect(new Latenesses().table()).toEqual({
    steps: 0,
    medianMs: null,
    p95Ms: null,
    maxMs: null,
    within60s: null,
    endedUnraised: 0,
  });
});

it('gives exact ranks of healthy steps', () => {
  const latenesses = new Latenesses();
  for (let ms = 5_000; ms >= 1; ms -= 1) latenesses.add(ms);
  expect(latenesses.table()).toMatchObject({ steps: 5_000, medianMs: 2_500, p95Ms: 4_750, maxMs: 5_000, within60s: 1 });
});

it('gives exact ranks of late ones behind them, also of more than it had room for', () => {
  const latenesses = new Latenesses();
  for (let ms = 65_000; ms > 55_000; ms -= 1) latenesses.add(ms);
  expect(latenesses.table()).toMatchObject({
    steps: 10_000,
    medianMs: 60_000,
    p95Ms: 64_500,
    maxMs: 65_000,
    within60s: 0.5,
  });
});

it('takes what was raised before its time for no less than punctual', () => {
  const latenesses = new Latenesses();
  for (const ms of [-5, 7, 9]) latenesses.add(ms);
  expect(latenesses.table()).toMatchObject({ steps: 3, medianMs: 7, maxMs: 9, within60s: 1 });
});

it('calls healthy what is at most a minute late', () => {
  const latenesses = new Latenesses();
  for (const ms of [0, 60_000, 60_001, 3_600_000]) latenesses.add(ms);
  expect(latenesses.table().within60s).toBe(0.5);
});
