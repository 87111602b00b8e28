import { expect, it } from '@jest/globals';
import { record, standingOut } from '../testing/clinic-day.js';
import { standsOut, STANDS_OUT, type Standing } from './standing.js';

it.each<[string, Partial<Standing>, keyof typeof STANDS_OUT]>([
  ['nothing', {}, 'nowhere'],
  ['a signed note that was not sent on', { records: [record('dispatch')] }, 'inRecords'],
  ['a note without a signature beside it', { records: [record('dispatch'), record('signature')] }, 'everywhere'],
  ['a contact without a note', { records: [record('note')] }, 'everywhere'],
  ['a score that got worse', { worse: { on: '2027-03-08', since: '', from: 9, to: 15 } }, 'everywhere'],
])('%s', (_what, standing, where) => {
  expect(standsOut(standingOut('p-1', standing).standing)).toBe(STANDS_OUT[where]);
});
