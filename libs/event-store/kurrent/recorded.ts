import {
  jsonEvent,
  type AllStreamRecordedEvent,
  type JSONEventData,
  type RecordedEvent,
} from '@kurrent/kurrentdb-client';
import type { FrozenEvent, StoredEvent } from '../envelope.js';
import { EventStoreError } from '../port.js';
import { positionText } from './positions.js';

/** What stands beside the body, all of it text: the one form that every append path of the server takes. */
type Metadata = Readonly<Record<(typeof METADATA)[number], string>> & { readonly traceparent?: string };

const METADATA = [
  'schemaVersion',
  'occurredAt',
  'recordedAt',
  'actor',
  'actorRole',
  'organisation',
  'site',
  'commandId',
  'fingerprint',
  'pin',
  'prevHash',
  'hash',
] as const satisfies readonly (keyof FrozenEvent)[];

/** The event as the client takes it: the body as JSON, the rest as metadata. Stream and revision are the server's own. */
export function toProposed(event: FrozenEvent): JSONEventData {
  const metadata: Record<string, string> = {};
  for (const key of METADATA) metadata[key] = String(event[key]);
  if (event.traceparent !== undefined) metadata['traceparent'] = event.traceparent;
  return jsonEvent({ id: event.id, type: event.type, data: event.body, metadata });
}

/**
 * The stored event behind what the server gave. The server's own `created` is left alone: it is another clock.
 * @throws EventStoreError `unsupported` when it is not one of ours
 */
export function fromRecorded(recorded: RecordedEvent | AllStreamRecordedEvent, namespace: string): StoredEvent {
  const { id, type, streamId, revision, position, metadata, data } = recorded;
  if (!position || !isOurs(metadata) || !isBody(data) || !streamId.startsWith(namespace))
    throw new EventStoreError('unsupported', `event ${revision} of ${streamId} was not written by Followthrough`);
  return {
    id,
    type,
    schemaVersion: Number(metadata.schemaVersion),
    streamId: streamId.slice(namespace.length),
    revision: Number(revision),
    position: positionText(position),
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    actor: metadata.actor,
    actorRole: metadata.actorRole,
    organisation: metadata.organisation,
    site: metadata.site,
    commandId: metadata.commandId,
    fingerprint: metadata.fingerprint,
    pin: metadata.pin,
    body: data,
    prevHash: metadata.prevHash,
    hash: metadata.hash,
    ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
  };
}

const isOurs = (metadata: unknown): metadata is Metadata =>
  isObject(metadata) && METADATA.every((key) => typeof metadata[key] === 'string');

const isBody = (data: unknown): data is FrozenEvent['body'] => isObject(data) && 'facts' in data && 'sealed' in data;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
