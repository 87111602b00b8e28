import { randomUUID } from 'node:crypto';
import { hashOf, prevHashOf } from './chain.js';
import type { FrozenEvent, Json } from './envelope.js';
import type { FrozenBatch } from './port.js';

/** For specs: a well-formed batch after `previous` (null: a new stream), one event per facts object. */
export function sampleBatch(
  streamId: string,
  previous: FrozenEvent | null,
  facts: readonly { readonly [key: string]: Json }[] = [{}],
  metadata: Partial<FrozenEvent> = {},
): FrozenBatch {
  let last = previous;
  const events = facts.map((each): FrozenEvent => {
    const hashable = {
      id: randomUUID(),
      type: 'ContactRecorded',
      schemaVersion: 1,
      streamId,
      revision: last ? last.revision + 1 : 0,
      occurredAt: '2026-03-02T15:00:00.000Z',
      recordedAt: '2026-03-02T15:04:05.678Z',
      actor: 'user:ana',
      actorRole: 'care-manager',
      organisation: 'north',
      site: 'main-street',
      commandId: randomUUID(),
      fingerprint: 'f0'.repeat(32),
      pin: 'a1'.repeat(32),
      ...metadata,
      body: metadata.body ?? { facts: each, sealed: null },
      prevHash: last ? last.hash : prevHashOf(streamId),
    };
    return (last = { ...hashable, hash: hashOf(hashable) });
  });
  const [first, ...rest] = events;
  if (!first) throw new Error('a batch needs at least one event');
  return { streamId, expected: previous ? previous.revision : 'no-stream', events: [first, ...rest] };
}

/** The batch's last event: what the next batch follows. */
export function lastOf(batch: FrozenBatch): FrozenEvent {
  return batch.events.at(-1) ?? batch.events[0];
}
