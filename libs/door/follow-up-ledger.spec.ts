import { expect, it } from '@jest/globals';
import { UnreadableEvent, type StoredEvent } from '#event-store';
import { readFollowUps } from './follow-up-ledger.js';

const newer = (type: string): StoredEvent =>
  ({
    type,
    schemaVersion: 9,
    streamId: 'episode-1',
    revision: 4,
    body: { facts: { new: true }, sealed: null },
  }) as never;
const read = readFollowUps({
  readFacts: (event) => {
    throw new UnreadableEvent('newer-schema', event, 'too new');
  },
});

it('reads a follow-up of a newer schema by its plain facts, and nothing else', () => {
  expect(read(newer('FollowUpOpened'))).toEqual({ new: true });
  expect(() => read(newer('NoteAdded'))).toThrow(UnreadableEvent);
});
