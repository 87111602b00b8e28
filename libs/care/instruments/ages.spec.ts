import { expect, it } from '@jest/globals';
import { ageOutside } from './ages.js';
import { instrument } from './index.js';
import type { Instrument } from './schema.js';

const TEEN = { ...(instrument('PHQ-A') as Instrument), ages: { from: 11, to: 17, source: 'synthetic' } };

it.each([
  ['2027-03-01', 10],
  ['2027-03-02', undefined],
  ['2034-03-01', undefined],
  ['2034-03-02', 18],
])('somebody born on 2 March 2016 is told on %s to be outside an instrument for 11 to 17: %p', (on, age) => {
  expect(ageOutside(TEEN, '2016-03-02', on)).toBe(age);
});

it('an instrument for everybody leaves nobody outside', () => {
  const { ages: _, ...forAll } = TEEN;
  expect(ageOutside(forAll, '2016-03-02', '2017-03-02')).toBeUndefined();
});
