import { textOf } from './body-text.js';
import { prevHashOf } from './chain.js';
import { EventStoreError, type FrozenBatch } from './port.js';

/** Bytes of one event's stored body. A megabyte of text still fits after encryption and base64. */
export const MAX_EVENT_BYTES = 1.5 * 1024 * 1024;
/** Bytes of all bodies in one append. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/**
 * The bodies of a batch as the text to store, once its shape was checked: one stream, revisions right after the expected one, each event
 * naming the hash of the one before.
 * @throws EventStoreError `invalid` | `too-large`
 */
export function admit(batch: FrozenBatch): readonly string[] {
  const { streamId, expected, events } = batch;
  if (events.length === 0) throw invalid(batch, 'it has no event');
  if (expected !== 'no-stream' && !(Number.isSafeInteger(expected) && expected >= 0))
    throw invalid(batch, 'the expected revision is no revision');
  if (new Set(events.map(({ id }) => id)).size < events.length) throw invalid(batch, 'an event id stands in it twice');
  let revision = expected === 'no-stream' ? 0 : expected + 1;
  // What stands before the first event of an existing stream only the store knows; it compares.
  let prevHash = expected === 'no-stream' ? prevHashOf(streamId) : events[0].prevHash;
  let bytes = 0;
  return events.map((event) => {
    if (event.streamId !== streamId) throw invalid(batch, `an event belongs to ${event.streamId}`);
    if (event.revision !== revision)
      throw invalid(batch, `revision ${event.revision} stands where ${revision} belongs`);
    if (event.prevHash !== prevHash) throw invalid(batch, `revision ${revision} does not follow the event before it`);
    revision += 1;
    prevHash = event.hash;
    const body = textOf(event.body);
    const size = Buffer.byteLength(body);
    bytes += size;
    if (size > MAX_EVENT_BYTES)
      throw new EventStoreError('too-large', `${streamId}: an event of ${size} bytes, at most ${MAX_EVENT_BYTES}`);
    if (bytes > MAX_BATCH_BYTES)
      throw new EventStoreError('too-large', `${streamId}: a batch of over ${MAX_BATCH_BYTES} bytes`);
    return body;
  });
}

function invalid(batch: FrozenBatch, problem: string): EventStoreError {
  return new EventStoreError('invalid', `batch for ${batch.streamId}: ${problem}`);
}
