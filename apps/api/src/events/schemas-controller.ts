import { Controller, Req } from '@nestjs/common';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.js';
import { Problem } from '../http/problems.js';
import type { ApiRequest } from '../http/request.js';
import { addressOfSchema, EVENT_SCHEMAS } from './event-schemas.js';

const List = z.object({
  items: z.array(z.object({ type: z.string(), schema: z.string().meta({ description: 'Its address.' }) })),
});

/** What the events of the feed hold, for machines that check or generate. */
@Controller()
export class SchemasController {
  @Endpoint('GET', '/v1/events/schemas', {
    operation: 'readEventTypes',
    summary: 'Read which types of events there are',
    tag: 'events',
    answers: {
      200: { description: 'Every type that is written today, with the address of its schema.', schema: List },
    },
  })
  readEventTypes(): z.infer<typeof List> {
    return { items: [...EVENT_SCHEMAS.keys()].map((type) => ({ type, schema: addressOfSchema(type) })) };
  }

  @Endpoint('GET', '/v1/events/schemas/{type}', {
    operation: 'readEventSchema',
    summary: 'Read the JSON Schema of the data of a type of events',
    description: 'What `dataschema` of an event names. A type whose version is no longer written has none.',
    tag: 'events',
    params: { type: z.string().meta({ description: 'The CloudEvents type.' }) },
    answers: { 200: { description: 'JSON Schema, draft 2020-12.', schema: z.looseObject({ $id: z.string() }) } },
  })
  readEventSchema(@Req() request: ApiRequest): object {
    const schema = EVENT_SCHEMAS.get((request.params as { type: string }).type);
    if (!schema) throw new Problem('not-found');
    return schema;
  }
}
