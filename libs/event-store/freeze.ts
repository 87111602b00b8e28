import type { z } from 'zod';
import { writeBody } from './body-text.js';
import { hashOf, prevHashOf } from './chain.js';
import type { FrozenEvent, Json } from './envelope.js';
import type { EventDefinition } from './event-definition.js';
import { isDestroyedKey, isUnusableKey, type KeyRing } from './key-ring.js';
import { EventStoreError, type ExpectedRevision, type FrozenBatch } from './port.js';
import { seal } from './sealed-box.js';

/** A fact to record, plain. */
export interface EventToFreeze {
  readonly type: string;
  readonly facts: unknown;
  /** Null when the type seals nothing. */
  readonly sealed: unknown;
  readonly occurredAt: string;
  readonly commandId: string;
  /** See `Codec.fingerprint`; '' for system commands, and for those recorded without a key. */
  readonly fingerprint: string;
}

/** One decision, with what stands before it in its stream. Instants are ISO UTC with milliseconds. */
export interface Decision {
  readonly streamId: string;
  readonly expected: ExpectedRevision;
  /** Hash of the stream's last event; null when there is none. */
  readonly lastHash: string | null;
  readonly lastRecordedAt: string | null;
  /** Whose key seals; null when nothing in this stream is sealed. */
  readonly subject: string | null;
  readonly recordedAt: string;
  readonly actor: string;
  readonly actorRole: string;
  readonly organisation: string;
  readonly site: string;
  readonly pin: string;
  readonly traceparent?: string | undefined;
  readonly newId: () => string;
  readonly events: readonly EventToFreeze[];
}

/**
 * Fixes ids, revisions, ciphertext, hashes and the expected revision of a decision, so that a retry sends the same bytes.
 * @throws EventStoreError `invalid`: naming the event type and the path of what does not fit, never a value.
 */
export function freeze(
  definitions: ReadonlyMap<string, EventDefinition>,
  keys: KeyRing,
  decision: Decision,
): FrozenBatch {
  const { streamId, expected, lastHash, lastRecordedAt } = decision;
  if (expected !== 'no-stream' && lastHash === null)
    throw new EventStoreError('invalid', `${streamId}: the hash of revision ${expected} is missing`);
  // The clinic's clock may be set back; the order of a stream must not be.
  const recordedAt =
    lastRecordedAt !== null && lastRecordedAt > decision.recordedAt ? lastRecordedAt : decision.recordedAt;

  let revision = expected === 'no-stream' ? 0 : expected + 1;
  let prevHash = expected === 'no-stream' || lastHash === null ? prevHashOf(streamId) : lastHash;
  const frozen = decision.events.map((event): FrozenEvent => {
    const definition = definitionOf(definitions, event.type);
    const hashable = {
      id: decision.newId(),
      type: event.type,
      schemaVersion: definition.version,
      streamId,
      revision,
      occurredAt: event.occurredAt,
      recordedAt,
      actor: decision.actor,
      actorRole: decision.actorRole,
      organisation: decision.organisation,
      site: decision.site,
      commandId: event.commandId,
      fingerprint: event.fingerprint,
      pin: decision.pin,
      body: {
        facts: checked(definition.facts, event.facts, `${event.type} facts`) as { readonly [key: string]: Json },
        sealed: sealedBox(definition, event, keys, decision.subject, { streamId, revision, type: event.type }),
      },
      prevHash,
    };
    const hash = hashOf(hashable, writeBody(hashable.body));
    revision += 1;
    prevHash = hash;
    return { ...hashable, hash, ...(decision.traceparent === undefined ? {} : { traceparent: decision.traceparent }) };
  });

  const [first, ...rest] = frozen;
  if (!first) throw new EventStoreError('invalid', `${streamId}: a batch needs at least one event`);
  return { streamId, expected, events: [first, ...rest] };
}

function sealedBox(
  definition: EventDefinition,
  event: EventToFreeze,
  keys: KeyRing,
  subject: string | null,
  place: Parameters<typeof seal>[2],
): FrozenEvent['body']['sealed'] {
  if (!definition.sealed) {
    if (event.sealed !== null && event.sealed !== undefined)
      throw new EventStoreError('invalid', `${event.type} seals nothing, yet something was given`);
    return null;
  }
  const content = checked(definition.sealed, event.sealed, `${event.type} sealed`);
  if (subject === null) throw new EventStoreError('invalid', `${event.type} needs a subject to seal for`);
  try {
    return seal(content, keys.keyFor(subject), place);
  } catch (error) {
    // What says nothing needs no box: a damaged key must not silence a patient, nor a destroyed one keep an episode open.
    const mayLack = isUnusableKey(error) || (definition.outlivesKey === true && isDestroyedKey(error));
    if (mayLack && Object.keys(content as object).length === 0) return null;
    throw error;
  }
}

/** What will be read back when this is frozen. @throws EventStoreError `invalid`, as `freeze` */
export function conformed(
  definitions: ReadonlyMap<string, EventDefinition>,
  { type, facts, sealed }: Pick<EventToFreeze, 'type' | 'facts' | 'sealed'>,
): { readonly facts: unknown; readonly sealed: unknown } {
  const definition = definitionOf(definitions, type);
  return {
    facts: checked(definition.facts, facts, `${type} facts`),
    sealed: definition.sealed ? checked(definition.sealed, sealed, `${type} sealed`) : null,
  };
}

function definitionOf(definitions: ReadonlyMap<string, EventDefinition>, type: string): EventDefinition {
  const definition = definitions.get(type);
  if (!definition) throw new EventStoreError('invalid', `${type} is not a known event type`);
  return definition;
}

// What a schema has made once fits it; a decision is checked when it is taken and frozen right after.
const fits = new WeakMap<object, z.ZodType>();

/** The parsed value. Values may be personal, so an error names only where it is wrong and how. */
function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  if (typeof value === 'object' && value !== null && fits.get(value) === schema) return value;
  const result = schema.safeParse(value);
  if (!result.success) throw new EventStoreError('invalid', `${what}: ${problemsOf(result.error)}`);
  if (typeof result.data === 'object' && result.data !== null) fits.set(result.data, schema);
  return result.data;
}

/** Paths and kinds of problem, without any value. */
export function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.') || '(whole)'} ${code}`).join(', ');
}
