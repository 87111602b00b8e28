import { z } from 'zod';
import { PUBLISHED_TYPES, type PublishedType } from './published-types.js';

/** What `data` of a CloudEvent holds beside the facts. */
export const circumstances = {
  occurredAt: z.string(),
  actor: z.string(),
  actorRole: z.string(),
  site: z.string(),
};

export const addressOfSchema = (cloudType: string): string => `/v1/events/schemas/${cloudType}`;

const schemaOf = ({ meaning, facts }: PublishedType, cloudType: string): object => ({
  $id: addressOfSchema(cloudType),
  title: cloudType,
  description: meaning,
  ...z.toJSONSchema(z.object({ ...circumstances, facts })),
});

/** JSON Schemas of `data` by CloudEvents type, of the versions that are written today. */
export const EVENT_SCHEMAS: ReadonlyMap<string, object> = new Map(
  PUBLISHED_TYPES.map(({ definition, cloudTypes }) => {
    const cloudType = cloudTypes.at(-1)!;
    return [cloudType, schemaOf(definition, cloudType)];
  }),
);
