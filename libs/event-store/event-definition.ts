import type { z } from 'zod';

/** The plain content of an event, before it is sealed or after it is opened. */
export interface Body {
  facts: unknown;
  sealed: unknown;
}

/**
 * What the codec needs of an event type; libs/care declares them with `eventType`.
 * `upcasts[n]` turns a body of version n into version n + 1. It must bear `sealed: null`: the key may be erased, or nobody needs it.
 */
export interface EventDefinition {
  readonly type: string;
  /** The current schema version, from 1. */
  readonly version: number;
  readonly facts: z.ZodType;
  /** Null when the type seals nothing. */
  readonly sealed: z.ZodType | null;
  /** Whether it is recorded, when it says nothing sealed, also of somebody whose key was destroyed. */
  readonly outlivesKey?: boolean;
  readonly upcasts: Readonly<Record<number, (body: Body) => Body>>;
}

/** Definitions by type name. @throws when two have the same name. */
export function byType(definitions: readonly EventDefinition[]): ReadonlyMap<string, EventDefinition> {
  const map = new Map<string, EventDefinition>();
  for (const definition of definitions) {
    if (map.has(definition.type)) throw new Error(`event type ${definition.type} is declared twice`);
    map.set(definition.type, definition);
  }
  return map;
}
