import { z } from 'zod';
import type { StoredEvent } from '#event-store';
import { feedPositionOf } from './feed-position.js';
import { cloudTypeOf } from './published-types.js';

/** CloudEvents 1.0. `data` holds ids and facts only, never what was sealed; an integrator who may see more asks for the episode. */
export const CloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.string(),
    type: z.string().meta({ description: '`followthrough.<category>.<EventType>.v<version>`' }),
    subject: z.string().meta({ description: 'The stream, `episode-<id>`.' }),
    time: z.string().meta({ description: 'When it was recorded.' }),
    datacontenttype: z.literal('application/json'),
    position: z.string().meta({
      description: 'Where it stands in the whole log: opaque, sorts as text. `after` and Last-Event-ID take it.',
    }),
    revision: z.int().meta({ description: 'Where it stands in its stream.' }),
    traceparent: z.string().optional(),
    data: z.object({
      occurredAt: z.string(),
      actor: z.string(),
      actorRole: z.string(),
      site: z.string(),
      facts: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof CloudEvent>;

export const cloudTypeOfEvent = ({ streamId, type, schemaVersion }: StoredEvent): string =>
  cloudTypeOf(streamId.slice(0, streamId.indexOf('-')), type, schemaVersion);

/** A stored event as integrators get it. Facts are plain by construction, so no key is needed. */
export function cloudEventOf(event: StoredEvent): CloudEvent {
  const { id, streamId, organisation, recordedAt, revision, traceparent, occurredAt, actor, actorRole, site, body } =
    event;
  return {
    specversion: '1.0',
    id,
    source: `/organisations/${organisation}`,
    type: cloudTypeOfEvent(event),
    subject: streamId,
    time: recordedAt,
    datacontenttype: 'application/json',
    position: feedPositionOf(event),
    revision,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: { occurredAt, actor, actorRole, site, facts: { ...body.facts } },
  };
}
