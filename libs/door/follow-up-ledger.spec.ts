import { expect, it } from '@jest/globals';
import { UnreadableEvent, type StoredEvent } from '#event-store';
import { emptyLedger } from '#care';
import { foldFollowUps, readFollowUps } from './follow-up-ledger.js';

const newer = (type: string): StoredEvent =>
  ({
    type,
    schemaVersion: 9,
    streamId: 'episode-1',
    revision: 4,
    body: { facts: { new: true }, sealed: null },
  }) as never;
const tooNew: Parameters<typeof readFollowUps>[0] = {
  readFacts: (event) => {
    throw new UnreadableEvent('newer-schema', event, 'too new');
  },
};
const read = readFollowUps(tooNew);

it('reads a follow-up of a newer schema by its plain facts, and nothing else', () => {
  expect(read(newer('FollowUpOpened'))).toEqual({ new: true });
  expect(() => read(newer('NoteAdded'))).toThrow(UnreadableEvent);
});

const rung = { step: 1, at: '2026-03-16T12:00:00.000Z', notify: ['care-manager'] };
const repeat = { every: 7, unit: 'days', notify: ['care-manager'] };
const keptOf = (over: object): number => {
  const facts = { followUpId: 'contact:3:1', zone: 'America/New_York', ladder: [rung], repeat, ...over };
  const opened = { ...newer('FollowUpOpened'), recordedAt: rung.at, body: { facts, sealed: null } };
  return foldFollowUps(tooNew)({ value: emptyLedger, last: null, age: 0 }, [opened as never]).open.size;
};

it.each<[number, object]>([
  [1, {}],
  [0, { repeat: { ...repeat, every: 0 } }],
  [0, { repeat: { ...repeat, every: 1.5 } }],
  [0, { repeat: { ...repeat, unit: 'moons' } }],
  [0, { ladder: [] }],
  [0, { ladder: [{ ...rung, at: 'soon' }] }],
  [0, { ladder: [{ ...rung, step: 'first' }] }],
  [0, { carriesOn: { followUpId: 'contact:2:1', lastStep: 'many' } }],
])('keeps %i of a follow-up of a newer schema that says %j: steps must be such that can be computed', (n, over) => {
  expect(keptOf(over)).toBe(n);
});
