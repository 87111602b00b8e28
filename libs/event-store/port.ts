import type { FrozenEvent, StoredEvent } from './envelope.js';

/** The exact state a stream must be in for an append: its last revision, or that it does not exist. */
export type ExpectedRevision = number | 'no-stream';

/** Frozen before the first attempt: a retry after an unknown outcome sends exactly this again. */
export interface FrozenBatch {
  readonly streamId: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly [FrozenEvent, ...FrozenEvent[]];
}

export interface Appended {
  readonly revision: number;
  readonly position: string;
}

export type Notice =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  /** Everything up to here was looked at, though nothing may have matched. */
  | { readonly kind: 'checkpoint'; readonly position: string }
  | { readonly kind: 'caught-up' };

/** One append-only log of streams. Two adapters and one in memory; one contract suite holds for all (contract.ts). */
export interface EventStore {
  /**
   * Appends the batch in one durable transaction. Sending a batch again that is already there is a success with the first result.
   * @throws EventStoreError `wrong-expected-revision` | `unavailable` | `outcome-unknown` | `too-large` | `invalid`
   */
  append(batch: FrozenBatch): Promise<Appended>;
  /** Events of one stream in order from revision `from` (default 0), at most `limit` (default all). A missing stream is empty. */
  readStream(streamId: string, options?: { from?: number; limit?: number }): Promise<readonly StoredEvent[]>;
  /** One page of the whole log after a position (exclusive); at most `limit` (default 500); only streams with one of the prefixes. */
  readAll(options?: { after?: string; limit?: number; prefixes?: readonly string[] }): Promise<readonly StoredEvent[]>;
  /**
   * The log up to a position (inclusive) stream by stream, each stream in the order of the log: who reads it so need remember one stream at
   * a time. One page after an event; at most `limit` (default 500). Absent where a store cannot find its streams without holding them all.
   */
  readStreams?(options: {
    upTo: string;
    after?: Pick<StoredEvent, 'streamId' | 'position'>;
    limit?: number;
  }): Promise<readonly StoredEvent[]>;
  /** Position and hash of the newest event, or null when the log is empty. */
  head(): Promise<{ position: string; hash: string } | null>;
  /** The stored event at a position, or null: lets a reader notice that the log was restored or rewound under its checkpoint. */
  at(position: string): Promise<StoredEvent | null>;
  /** Everything after a position in order, then live; ends when the signal aborts. At least once, exclusive start. */
  subscribe(options: {
    after?: string;
    prefixes?: readonly string[];
    signal: AbortSignal;
    pageSize?: number;
  }): AsyncIterable<Notice>;
  /** Throws when the store cannot be read and written. */
  health(): Promise<void>;
  close(): Promise<void>;
}

export type EventStoreErrorCode =
  | 'wrong-expected-revision'
  | 'unavailable'
  | 'outcome-unknown'
  | 'too-large'
  | 'invalid'
  | 'tampered'
  | 'access-denied'
  | 'unsupported';

export class EventStoreError extends Error {
  override readonly name = 'EventStoreError';
  readonly code: EventStoreErrorCode;
  /** The stream's last revision at a conflict, or 'no-stream'. */
  readonly actual?: ExpectedRevision;

  // Written out, not as parameter properties: this library runs from source under Node's type stripping too (its crash tests).
  constructor(code: EventStoreErrorCode, message: string, actual?: ExpectedRevision, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    if (actual !== undefined) this.actual = actual;
  }
}

/** Whether the store was away, or did not say what became of an append: it may answer later. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof EventStoreError && (error.code === 'unavailable' || error.code === 'outcome-unknown');
