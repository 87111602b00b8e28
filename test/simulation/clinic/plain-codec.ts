import { z } from 'zod';
import { EVENT_TYPES, UNREADABLE, type Unreadable } from '#care';
import { canonical, createCodec, memoryKeys, type Codec, type DecodedEvent } from '#event-store';

/** The codec that ships, with keys that are gone with the process. */
export const sealingCodec = (): Codec<Unreadable> =>
  createCodec({ types: EVENT_TYPES, keys: memoryKeys(), unreadable: UNREADABLE });

const SEALED = '_sealed';
type Facts = Readonly<Record<string, unknown>>;

/**
 * A real part replaced, for speed: what would be sealed stands plain beside the facts, and no event is checked against its schema.
 * Freezing, hashing and chaining are the codec's own.
 */
export function plainCodec(): Codec<Unreadable> {
  const types = EVENT_TYPES.map(({ type, version }) => ({ type, version, facts: z.any(), sealed: null, upcasts: {} }));
  const keyless = { keyFor: () => ({ kid: '', key: new Uint8Array(32) }), open: () => null };
  const inner = createCodec<Unreadable>({ types, keys: keyless, unreadable: UNREADABLE, validate: false });
  // The store hands the same frozen event to all who read it.
  const known = new WeakMap<object, DecodedEvent<Unreadable>>();
  return {
    ...inner,
    conform: (event) => event,
    freeze: (decision) =>
      inner.freeze({
        ...decision,
        events: decision.events.map((event) => ({
          ...event,
          sealed: null,
          facts: event.sealed === null ? event.facts : { ...(event.facts as Facts), [SEALED]: event.sealed },
        })),
      }),
    read: (stored) => {
      const before = known.get(stored);
      if (before) return before;
      const { [SEALED]: sealed = null, ...facts } = stored.body.facts;
      const { body: _body, ...envelope } = stored;
      const read = { ...envelope, facts, sealed };
      known.set(stored, read);
      return read;
    },
    fingerprint: (subject, request) => `${subject} ${canonical(request)}`,
  };
}
