import type { Recorded, Unreadable } from '#care';
import type { Codec, FrozenBatch, StoredEvent } from '#event-store';
import type { Decided } from './decide-acts.js';
import type { Definition, Fact } from './definition.js';
import type { Envelope } from './port.js';
import { fingerprintOf, isErased, keyTrouble } from './requests.js';

/** A decision with what stands before it in its stream. */
export interface ToFreeze<S, C, E, X> {
  readonly streamId: string;
  readonly last: StoredEvent | null;
  /** Those that were decided, in their order; actor and organisation are the first one's. */
  readonly envelopes: readonly Envelope<C>[];
  readonly decided: Decided<S, E>;
  readonly recordedAt: string;
  readonly context: X;
  readonly subject: string;
}

/** Encodes a decision, once (decision 11). Null: the subject's key is destroyed, so nothing can be sealed for it any more. */
export function freezeDecision<S, C, E extends Fact, R extends Recorded, X>(
  { codec, newId }: { readonly codec: Codec<Unreadable>; readonly newId: () => string },
  definition: Definition<S, C, E, R, X>,
  { streamId, last, envelopes, decided, recordedAt, context, subject }: ToFreeze<S, C, E, X>,
): FrozenBatch | null {
  const [first] = envelopes as [Envelope<C>, ...Envelope<C>[]];
  const { actor, actorRole, organisation, traceparent } = first;
  const stated = decided.stated.map(({ event }) => event);
  const fingerprints = envelopes.map((envelope) => fingerprintOf(codec, envelope, () => subject) ?? '');
  try {
    return codec.freeze({
      ...{ streamId, subject, recordedAt, actor, actorRole, organisation, traceparent, newId },
      expected: last?.revision ?? 'no-stream',
      lastHash: last?.hash ?? null,
      lastRecordedAt: last?.recordedAt ?? null,
      site: definition.siteOf(decided.state),
      pin: definition.pinOf(stated, context),
      events: decided.stated.map(({ event: { type, facts, sealed }, act, occurredAt, commandId }) => ({
        ...{ type, facts, sealed, occurredAt, commandId },
        fingerprint: fingerprints[act] ?? '',
      })),
    });
  } catch (error) {
    return isErased(error) ? null : keyTrouble(error);
  }
}
