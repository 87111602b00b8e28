import { expect, it, jest } from '@jest/globals';
import { newYork, portal, ToldClinic } from '../testing/clinic-suite.js';
import { DERIVED } from './schema.js';

/** All of a table, unless it is an index of what is open, or all of an organisation. */
const ALL_THERE_EVER_WAS =
  /^SCAN (?!\w+ USING .*INDEX (reason_unlisted|message_open|delivery_turn))|\(organisation=\?\)/;

it('finds what is open without going through what ever was: its tables keep the notices of every year', async () => {
  const told = await ToldClinic.open('2027-03-01 07:00');
  const prepare = jest.spyOn(told.db, 'prepare');
  told.answering = ({ recipient }) => (recipient === 'cm-1' ? { kind: 'refused', code: '550' } : { kind: 'sent' });
  const episode = await told.refer();
  await told.act(episode, portal(1), 'portal', 'integration');
  await told.at('2027-03-15 08:02');
  await told.organisation({
    type: 'ArrangeCoverage',
    absent: 'cm-1',
    cover: 'cm-2',
    from: newYork('2027-03-15 08:03'),
    until: newYork('2027-03-20 08:00'),
  });
  await told.at('2027-03-15 08:05');
  await told.organisation({ type: 'RemoveStaff', staff: 'cm-2' });
  await told.at('2027-03-16 08:05');
  told.notices({ recipient: 'cm-1' });
  const asked = new Set(prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.startsWith('SELECT')));
  prepare.mockRestore();

  const ways = [...asked].flatMap((sql) => told.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  const details = ways.map(({ detail }) => String(detail));
  for (const index of ['reason_unlisted', 'reason_standing', 'notice_recipient', 'message_open', 'message_recipient'])
    expect(details).toContainEqual(expect.stringContaining(index));
  const ofTheOutbox = details.filter((detail) => !DERIVED.some((table) => detail.includes(` ${table}`)));
  expect(ofTheOutbox.filter((detail) => ALL_THERE_EVER_WAS.test(detail))).toEqual([]);
});
