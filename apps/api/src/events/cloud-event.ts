import { z } from 'zod';
import { categoryOf, type StoredEvent } from '#event-store';
import { addressOfSchema, circumstances, EVENT_SCHEMAS } from './event-schemas.js';
import { feedPositionOf } from './feed-position.js';
import { cloudTypeOf } from './published-types.js';

/** CloudEvents 1.0. `data` holds ids and facts only, never what was sealed; what an integrator may see beside them has addresses of its own (docs/integrating.md). */
export const CloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.string(),
    type: z.string().meta({ description: '`followthrough.<category>.<EventType>.v<version>`' }),
    subject: z.string().meta({ description: 'The stream, `episode-<id>`.' }),
    time: z.string().meta({ description: 'When it was recorded.' }),
    datacontenttype: z.literal('application/json'),
    dataschema: z.string().optional().meta({
      description: 'The JSON Schema of `data`; absent when this version of the type is no longer written.',
    }),
    position: z.string().meta({
      description: 'Where it stands in the whole log: opaque, sorts as text. `after` and Last-Event-ID take it.',
    }),
    revision: z.int().meta({ description: 'Where it stands in its stream.' }),
    traceparent: z.string().optional(),
    data: z.object({ ...circumstances, facts: z.record(z.string(), z.unknown()) }),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof CloudEvent>;

export const cloudTypeOfEvent = (event: StoredEvent): string =>
  cloudTypeOf(categoryOf(event), event.type, event.schemaVersion);

/** A stored event as integrators get it. Facts are plain by construction, so no key is needed. */
export function cloudEventOf(event: StoredEvent, publicUrl: string): CloudEvent {
  const { id, streamId, organisation, recordedAt, revision, traceparent, occurredAt, actor, actorRole, site, body } =
    event;
  const cloudType = cloudTypeOfEvent(event);
  return {
    specversion: '1.0',
    id,
    source: `/organisations/${organisation}`,
    type: cloudType,
    subject: streamId,
    time: recordedAt,
    datacontenttype: 'application/json',
    ...(EVENT_SCHEMAS.has(cloudType) ? { dataschema: `${publicUrl}${addressOfSchema(cloudType)}` } : {}),
    position: feedPositionOf(event),
    revision,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: { occurredAt, actor, actorRole, site, facts: { ...body.facts } },
  };
}
