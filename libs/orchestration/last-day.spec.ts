import { expect, it } from '@jest/globals';
import { LastDay } from './last-day.js';

it('counts the last 24 hours, to the hour, and forgets the rest', () => {
  let now = Date.parse('2027-03-01T10:30:00.000Z');
  const heals = new LastDay(() => now);
  heals.add(2);
  now += 20 * 3_600_000;
  heals.add(3);
  expect(heals.count()).toBe(5);
  now += 4 * 3_600_000;
  expect(heals.count()).toBe(3);
  now += 24 * 3_600_000;
  expect(heals.count()).toBe(0);
});
