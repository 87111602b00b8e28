import { hash as digest } from 'node:crypto';
import { textOf } from './body-text.js';
import { canonical } from './canonical.js';
import type { FrozenEvent } from './envelope.js';

/** What is hashed: the stored form without the hash itself, the position (only the store knows it) and the trace context. */
export type Hashable = Omit<FrozenEvent, 'hash' | 'traceparent'>;

/** `prevHash` of a stream's first event: hex SHA-256 of `followthrough/v1`, a zero byte and the stream's id. */
export function prevHashOf(streamId: string): string {
  return digest('sha256', `followthrough/v1\0${streamId}`, 'hex');
}

/** Canonical text of texts and whole numbers whose keys stand in order: as the engine writes it, lone surrogates aside. */
function flat(values: Readonly<Record<string, string | number>>): string {
  const text = JSON.stringify(values);
  return text.includes('\\ud') ? canonical(values) : text;
}

/** Hex SHA-256 over a 0x01 byte and the event's canonical JSON, of which `body` is already written or not. A field that is not listed here is not part of the proof. */
export function hashOf(event: Hashable, body: string = textOf(event.body)): string {
  const {
    actor,
    actorRole,
    commandId,
    fingerprint,
    id,
    occurredAt,
    organisation,
    pin,
    prevHash,
    recordedAt,
    revision,
    schemaVersion,
    site,
    streamId,
    type,
  } = event;
  // `body` is the third key of the canonical text; around it stand flat values in order, which need no sorting.
  const before = flat({ actor, actorRole });
  const after = flat({
    commandId,
    fingerprint,
    id,
    occurredAt,
    organisation,
    pin,
    prevHash,
    recordedAt,
    revision,
    schemaVersion,
    site,
    streamId,
    type,
  });
  return digest('sha256', `\x01${before.slice(0, -1)},"body":${body},${after.slice(1)}`, 'hex');
}

// Who has looked at an event that nobody can change need not look again: one look in memory serves all its readers.
const seen = new WeakSet<FrozenEvent>();

function isAsHashed(event: FrozenEvent): boolean {
  if (seen.has(event)) return true;
  const isSound = event.hash === hashOf(event);
  if (isSound && isFrozenThrough(event)) seen.add(event);
  return isSound;
}

const isFrozenThrough = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozenThrough));

/** Whether `event` is the untouched successor of `previous` (null: the first of its stream). Null when it is, else what is wrong. */
export function verifyLink(previous: FrozenEvent | null, event: FrozenEvent): string | null {
  if (previous && previous.streamId !== event.streamId)
    return `stream ${event.streamId} follows stream ${previous.streamId}`;
  const revision = previous ? previous.revision + 1 : 0;
  if (event.revision !== revision) return `revision ${event.revision} stands where ${revision} belongs`;
  if (event.prevHash !== (previous ? previous.hash : prevHashOf(event.streamId)))
    return `revision ${revision} does not follow the event before it`;
  if (previous && event.recordedAt < previous.recordedAt)
    return `revision ${revision} was recorded before the event before it`;
  if (!isAsHashed(event)) return `revision ${revision} is not what was hashed`;
  return null;
}
