import { expect, it } from '@jest/globals';
import { failsAsItShould, isGood, table, type Line } from './report.js';

const line = (over: Partial<Line>): Line => ({ attack: 'kills', figure: {}, seed: 1, seconds: 2, ...over });
const lines = [
  line({ control: 'retries', failedAsItShould: false }),
  line({ attack: 'power', holds: true }),
  line({ holds: false }),
  line({ attack: 'power', control: 'NORMAL', failedAsItShould: true }),
];

it('shows each attack with its controls below it, and what is not as it should be in capitals', () => {
  expect(table(lines, ['kills', 'power']).split('\n')).toEqual([
    'kills               DOES NOT HOLD        2 s',
    '  without: retries  DOES NOT FAIL        2 s',
    'power               holds                2 s',
    '  without: NORMAL   fails, as it should  2 s',
  ]);
});

it('takes no failure for another reason for that of a control', () => {
  expect(failsAsItShould('missed', { holds: false, figure: { missed: 3 } })).toBe(true);
  expect(failsAsItShould('missed', { holds: false, figure: { missed: 0, late: 3 } })).toBe(false);
  expect(failsAsItShould('missed', { holds: false, figure: {} })).toBe(false);
  expect(failsAsItShould('missed', { holds: true, figure: { missed: 3 } })).toBe(false);
});

it('takes neither a control for an attack nor a silence for a success', () => {
  expect(lines.map(isGood)).toEqual([false, true, false, true]);
  expect(isGood(line({}))).toBe(false);
  expect(isGood(line({ control: 'x', holds: true }))).toBe(false);
});
