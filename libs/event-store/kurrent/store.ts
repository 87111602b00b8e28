import { EventStoreError, type EventStore } from '../port.js';
import { appendTo } from './appends.js';
import { Connection } from './connection.js';
import { Line } from './line.js';
import { readsOf } from './reads.js';
import { Scope } from './scope.js';
import { subscribe } from './subscribe.js';
import { Tails } from './tails.js';

export interface KurrentStoreOptions {
  /** `kurrentdb://user:password@host:2113?tls=true&tlsCAFile=…`, or several hosts, or `kurrentdb+discover://`. */
  readonly connectionString: string;
  /** Begins the name of every stream on the server, so that several logs may live there. Default none. */
  readonly namespace?: string;
  /** After this an append counts as `outcome-unknown`. Default 5000. */
  readonly appendTimeoutMillis?: number;
  /** After this without an answer a read counts as `unavailable`, and a subscription as broken. Default 10000. */
  readonly readTimeoutMillis?: number;
}

/** See `openKurrentStore`. */
export async function connect(options: KurrentStoreOptions): Promise<EventStore> {
  const { namespace = '', appendTimeoutMillis = 5_000, readTimeoutMillis = 10_000 } = options;
  if (namespace.startsWith('$')) throw new EventStoreError('invalid', 'a namespace must not begin with a dollar sign');
  const connection = new Connection(options.connectionString, appendTimeoutMillis);
  const scope = new Scope(namespace);
  const tails = new Tails();
  const line = new Line(connection, tails);
  const closing = new AbortController();

  function usable(): void {
    if (closing.signal.aborted) throw closedError();
  }

  const { readStream, readAll, head, at, readTail } = readsOf({
    connection,
    scope,
    tails,
    timeoutMillis: readTimeoutMillis,
    usable,
  });

  const store: EventStore = {
    async append(batch) {
      usable();
      const parts = { connection, scope, line, tails, timeoutMillis: appendTimeoutMillis, readStream, readTail };
      return appendTo(parts, batch);
    },
    readStream,
    readAll,
    head,
    at,
    async *subscribe(subscription) {
      usable();
      const signal = AbortSignal.any([subscription.signal, closing.signal]);
      const parts = { connection, scope, timeoutMillis: readTimeoutMillis, head, at, readAll };
      yield* subscribe(parts, { ...subscription, signal });
      if (!subscription.signal.aborted) throw closedError();
    },
    async health() {
      // Answered by the leader only, which steps down when it has no quorum to write with.
      await head();
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await connection.close();
    },
  };
  try {
    await store.health();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

const closedError = (): EventStoreError => new EventStoreError('unavailable', 'the store is closed');
