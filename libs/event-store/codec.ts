import { decode, decodeFacts, type DecodedEvent } from './decode.js';
import type { FrozenEvent, Json, StoredEvent } from './envelope.js';
import { byType, type EventDefinition } from './event-definition.js';
import { fingerprintOf } from './fingerprint.js';
import { conformed, freeze, type Decision, type EventToFreeze } from './freeze.js';
import type { KeyRing } from './key-ring.js';
import type { FrozenBatch } from './port.js';

/** Between what the domain says and what the log holds. `U` is the marker for a sealed box whose key is gone. */
export interface Codec<U> {
  /** @throws EventStoreError `invalid`; whatever the key ring throws for an erased subject */
  freeze(decision: Decision): FrozenBatch;
  /** The event as it will be read back: with the boxes that its schema makes of those given. @throws EventStoreError `invalid` */
  conform<E extends Pick<EventToFreeze, 'type' | 'facts' | 'sealed'>>(event: E): E;
  /** @throws UnreadableEvent */
  read(stored: FrozenEvent | StoredEvent): DecodedEvent<U>;
  /** Facts alone, without any key. @throws UnreadableEvent */
  readFacts(stored: FrozenEvent | StoredEvent): unknown;
  /** Keyed hash of a request, to tell a repeated command from another one with the same id. Hex. */
  fingerprint(subject: string, request: Json): string;
}

export function createCodec<U>(options: {
  readonly types: readonly EventDefinition[];
  readonly keys: KeyRing;
  /** What stands for a sealed box whose key is gone. */
  readonly unreadable: U;
  /** Check every event read against its schema (default true); false: only those that were upcast. */
  readonly validate?: boolean;
}): Codec<U> {
  const { keys, unreadable, validate = true } = options;
  const definitions = byType(options.types);
  const reading = { definitions, keys, unreadable, validate };
  return {
    freeze: (decision) => freeze(definitions, keys, decision),
    conform: (event) => ({ ...event, ...conformed(definitions, event) }),
    read: (stored) => decode(reading, stored),
    readFacts: (stored) => decodeFacts(definitions, validate, stored),
    fingerprint: (subject, request) => fingerprintOf(keys.keyFor(subject).key, request),
  };
}
