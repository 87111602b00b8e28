import { z } from 'zod';
import type { EventDefinition } from './event-definition.js';

export interface EventSchemas {
  readonly version: number;
  /** JSON Schema (draft 2020-12) of the plain box. */
  readonly facts: object;
  readonly sealed: object | null;
}

/** JSON Schemas of event types by name, for the generated catalogue and to notice that a released version changed. */
export function jsonSchemas(types: readonly EventDefinition[]): Readonly<Record<string, EventSchemas>> {
  return Object.fromEntries(
    types.map(({ type, version, facts, sealed }) => [
      type,
      { version, facts: z.toJSONSchema(facts), sealed: sealed && z.toJSONSchema(sealed) },
    ]),
  );
}
