import type { z } from 'zod';
import type { FrozenEvent, StoredEvent } from './envelope.js';
import type { Body, EventDefinition } from './event-definition.js';
import { problemsOf } from './freeze.js';
import type { KeyRing } from './key-ring.js';
import { openBox } from './sealed-box.js';
import { UnreadableEvent } from './unreadable-event.js';

/** A stored event opened and in its current schema: the envelope with `facts` and `sealed` in place of `body`. */
export type DecodedEvent<U> = Omit<FrozenEvent, 'body'> & {
  /** Absent while it is frozen and not yet stored. */
  readonly position?: string;
  readonly facts: unknown;
  /** The marker when the key is gone; null when the type seals nothing. */
  readonly sealed: unknown | U | null;
};

/** How the bodies of stored events become the current schema's. */
export interface Reading<U> {
  readonly definitions: ReadonlyMap<string, EventDefinition>;
  readonly keys: KeyRing;
  readonly unreadable: U;
  /** False: only what was upcast is checked against its schema; the rest was checked when it was frozen. */
  readonly validate: boolean;
}

/** Opens, upcasts step by step and checks one event. @throws UnreadableEvent */
export function decode<U>(reading: Reading<U>, stored: FrozenEvent | StoredEvent): DecodedEvent<U> {
  const { body, ...envelope } = stored;
  const definition = definitionOf(reading.definitions, stored);
  const key = body.sealed && reading.keys.open(body.sealed.kid);
  const opened = key ? unsealed(stored, key) : null;
  const current = upcast(definition, stored, { facts: body.facts, sealed: opened });
  const validate = reading.validate || stored.schemaVersion < definition.version;
  const facts = validate ? fitting(definition.facts, current.facts, stored, 'facts') : current.facts;
  if (!definition.sealed) return { ...envelope, facts, sealed: null };
  if (body.sealed && !key) return { ...envelope, facts, sealed: reading.unreadable };
  // No box: nothing was said (freeze.ts).
  const sealed = current.sealed ?? {};
  return { ...envelope, facts, sealed: validate ? fitting(definition.sealed, sealed, stored, 'sealed') : sealed };
}

/** The facts alone, in their current schema. Needs no key, so nothing that happens to keys can hide a follow-up. @throws UnreadableEvent */
export function decodeFacts(
  definitions: ReadonlyMap<string, EventDefinition>,
  validate: boolean,
  stored: FrozenEvent | StoredEvent,
): unknown {
  const definition = definitionOf(definitions, stored);
  const { facts } = upcast(definition, stored, { facts: stored.body.facts, sealed: null });
  return validate || stored.schemaVersion < definition.version
    ? fitting(definition.facts, facts, stored, 'facts')
    : facts;
}

function definitionOf(definitions: ReadonlyMap<string, EventDefinition>, stored: FrozenEvent): EventDefinition {
  const definition = definitions.get(stored.type);
  if (!definition) throw new UnreadableEvent('unknown-type', stored, 'this code does not know the type');
  if (stored.schemaVersion > definition.version) {
    throw new UnreadableEvent('newer-schema', stored, `this code knows versions up to ${definition.version}`);
  }
  return definition;
}

function upcast(definition: EventDefinition, stored: FrozenEvent, body: Body): Body {
  let current = body;
  for (let version = stored.schemaVersion; version < definition.version; version += 1) {
    const step = definition.upcasts[version];
    if (!step) throw new UnreadableEvent('invalid', stored, `no upcast from version ${version}`);
    try {
      current = step(current);
    } catch {
      // The cause could quote what the patient said.
      throw new UnreadableEvent('invalid', stored, `the upcast from version ${version} failed`);
    }
  }
  return current;
}

function unsealed(stored: FrozenEvent, key: Uint8Array): unknown {
  try {
    return stored.body.sealed && openBox(stored.body.sealed, key, stored);
  } catch {
    throw new UnreadableEvent('invalid', stored, 'the sealed box does not open with its key');
  }
}

function fitting(schema: z.ZodType, value: unknown, stored: FrozenEvent, box: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UnreadableEvent('invalid', stored, `${box}: ${problemsOf(result.error)}`);
}
