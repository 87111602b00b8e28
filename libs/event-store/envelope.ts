/** A value that JSON can carry without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What encryption leaves of a sealed box: key id, 96-bit nonce, ciphertext and tag, base64. */
export interface SealedBox {
  readonly kid: string;
  readonly iv: string;
  readonly ct: string;
  readonly tag: string;
}

/**
 * An event as it is hashed and stored, without the position that only the store knows. Instants are ISO UTC with milliseconds.
 * Everything but `body` is metadata and stays a flat string or integer, so that every store can carry it.
 */
export interface FrozenEvent {
  /** UUIDv7, made once, before the first attempt. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly streamId: string;
  /** From 0, without gaps. */
  readonly revision: number;
  /** When it happened in the clinic. */
  readonly occurredAt: string;
  /** When our service recorded it; never before the stream's last. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly actorRole: string;
  readonly organisation: string;
  readonly site: string;
  readonly commandId: string;
  /** Keyed hash of the request behind the command, so that the same id with another request is noticed (docs/decisions). '' for system commands, and for those recorded without a key. */
  readonly fingerprint: string;
  /** Hash of pathway, calendar and rules version in force for this decision; '' where none is. */
  readonly pin: string;
  readonly body: { readonly facts: { readonly [key: string]: Json }; readonly sealed: SealedBox | null };
  /** Hex SHA-256; see chain.ts. */
  readonly prevHash: string;
  readonly hash: string;
  /** W3C trace context; not hashed. */
  readonly traceparent?: string;
}

/** A stored event. `position` is opaque and sorts as text in the order of the whole log. */
export interface StoredEvent extends FrozenEvent {
  readonly position: string;
}
