import { expect, it } from '@jest/globals';
import { courseOf } from './flat.js';

it('sees what was gained in the second half, whatever the first half did', () => {
  const filling = [0, 40, 70, 90];
  expect(courseOf([...filling, 100, 100, 100, 100])).toEqual({ middle: 100, gained: 0 });
  expect(courseOf([...filling, 100, 110, 120, 130])).toEqual({ middle: 100, gained: 30 });
  expect(courseOf([...filling, 100, 90, 80, 70])).toEqual({ middle: 100, gained: -30 });
});

it('takes an outlier for what it is', () => {
  const { gained } = courseOf([0, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100, 160, 100, 100, 100, 100]);
  expect(Math.abs(gained)).toBeLessThan(25);
});
