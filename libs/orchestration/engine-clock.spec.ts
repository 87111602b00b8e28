import { expect, it } from '@jest/globals';
import { EngineClock } from './engine-clock.js';

const NOW = Date.parse('2027-03-01T12:00:00.000Z');
const told = (...ages: number[]): number | null => {
  const clock = new EngineClock();
  for (const age of ages) clock.took(NOW - age, NOW);
  return clock.aheadMs();
};

it('takes one late task for one that waited', () => {
  expect(told(90_010, 20, 90_030, 90_040)).toBe(20);
});

it('takes nothing but late tasks for a clock that is ahead, once there were a few', () => {
  expect(told(90_010, 90_020, 90_030)).toBeNull();
  expect(told(20, 90_010, 90_020, 90_030, 90_040)).toBe(90_010);
});

it('takes the first task from the future for a clock that is behind, until one is of the present', () => {
  expect(told(20, 30, 40, -90_000)).toBe(-90_000);
  expect(told(-90_000, 20, 30, 40, 50)).toBe(20);
});
