import { readBody } from '../body-text.js';
import type { FrozenEvent, StoredEvent } from '../envelope.js';
import { toPosition } from '../position.js';
import type { Row } from './protocol.js';

/** Columns of a row to insert. Hashes travel as hex and are kept as 32 bytes. */
const COLUMNS = [
  'id', 'stream_id', 'revision', 'type', 'schema_version', 'occurred_at', 'recorded_at', 'actor', 'actor_role', 'organisation', 'site',
  'command_id', 'fingerprint', 'pin', 'body', 'prev_hash', 'hash', 'traceparent',
]; // prettier-ignore

const isHash = (column: string) => column === 'prev_hash' || column === 'hash';

export const INSERT = `INSERT INTO events (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((c) => (isHash(c) ? 'unhex(?)' : '?')).join(', ')})`;

/** To be followed by FROM: a stored row as `fromRow` reads it. */
export const SELECT = `SELECT position, ${COLUMNS.map((c) => (isHash(c) ? `lower(hex(${c})) AS ${c}` : c)).join(', ')}`;

/** @param body the canonical JSON of `event.body` */
export function toRow(event: FrozenEvent, body: string): Row {
  return [
    event.id, event.streamId, event.revision, event.type, event.schemaVersion, event.occurredAt, event.recordedAt, event.actor, event.actorRole,
    event.organisation, event.site, event.commandId, event.fingerprint, event.pin, body, event.prevHash, event.hash, event.traceparent ?? null,
  ]; // prettier-ignore
}

/** What `SELECT` gives. */
export interface StoredRow {
  readonly position: number;
  readonly id: string;
  readonly stream_id: string;
  readonly revision: number;
  readonly type: string;
  readonly schema_version: number;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly actor_role: string;
  readonly organisation: string;
  readonly site: string;
  readonly command_id: string;
  readonly fingerprint: string;
  readonly pin: string;
  readonly body: string;
  readonly prev_hash: string;
  readonly hash: string;
  readonly traceparent: string | null;
}

export function fromRow(row: StoredRow): StoredEvent {
  return {
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    streamId: row.stream_id,
    revision: row.revision,
    position: toPosition(row.position),
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    actor: row.actor,
    actorRole: row.actor_role,
    organisation: row.organisation,
    site: row.site,
    commandId: row.command_id,
    fingerprint: row.fingerprint,
    pin: row.pin,
    body: readBody(row.body),
    prevHash: row.prev_hash,
    hash: row.hash,
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  };
}
