import { BACKWARDS, END, FORWARDS, START, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { StoredEvent } from '../envelope.js';
import { checkFilter } from '../log-pages.js';
import { EventStoreError, type EventStore } from '../port.js';
import { appendTo } from './appends.js';
import { Connection } from './connection.js';
import { hasLost, isType, readError } from './errors.js';
import { subscribe } from './subscribe.js';
import { Line } from './line.js';
import { collect } from './patience.js';
import { positionOf, toPosition } from './positions.js';
import { Scope } from './scope.js';
import { Tails, type Tail } from './tails.js';

export interface KurrentStoreOptions {
  /** `kurrentdb://user:password@host:2113?tls=true&tlsCAFile=…`, or several hosts, or `kurrentdb+discover://`. */
  readonly connectionString: string;
  /** Begins the name of every stream on the server, so that several logs may live there. Default none. */
  readonly namespace?: string;
  /** After this an append counts as `outcome-unknown`. Default 5000. */
  readonly appendTimeoutMillis?: number;
  /** After this without an answer a read counts as `unavailable`. Default 10000. */
  readonly readTimeoutMillis?: number;
}

type Recorded = Parameters<Scope['event']>[0];
type Resolved = { readonly event?: Recorded };

/**
 * A log in KurrentDB (or EventStoreDB from 23.10). All calls go to the leader, so that what was written is read.
 * @throws EventStoreError `invalid` when the connection string is not one, `unavailable` or `access-denied` when the server cannot be read
 */
export async function openKurrentStore(options: KurrentStoreOptions): Promise<EventStore> {
  const { namespace = '', appendTimeoutMillis = 5_000, readTimeoutMillis = 10_000 } = options;
  if (namespace.startsWith('$')) throw new EventStoreError('invalid', 'a namespace must not begin with a dollar sign');
  const connection = new Connection(options.connectionString, appendTimeoutMillis);
  const scope = new Scope(namespace);
  const tails = new Tails();
  const line = new Line(connection, tails);
  const closing = new AbortController();
  const reading = { requiresLeader: true };

  function usable(): void {
    if (closing.signal.aborted) throw closedError();
  }

  async function read(events: (client: KurrentDBClient) => AsyncIterable<Resolved>): Promise<Recorded[]> {
    try {
      const found = await collect(readTimeoutMillis, events(connection.current.client));
      return found.flatMap(({ event }) => (event ? [event] : []));
    } catch (cause) {
      throw readError(cause);
    }
  }

  /** A read that can only fail when the server is away, or the reader has lost it. */
  async function readAnyhow(events: (client: KurrentDBClient) => AsyncIterable<Resolved>): Promise<Recorded[]> {
    const link = connection.current;
    try {
      return await read(events);
    } catch (error) {
      if (hasLost(error)) connection.replace(link);
      throw error;
    }
  }

  async function readStream(
    streamId: string,
    { from = 0, limit = Infinity }: { from?: number; limit?: number } = {},
  ): Promise<readonly StoredEvent[]> {
    usable();
    if (limit <= 0) return [];
    const since = tails.now;
    const events = await streamEvents(streamId, {
      fromRevision: BigInt(from),
      direction: FORWARDS,
      ...(Number.isFinite(limit) ? { maxCount: limit } : {}),
    });
    const last = events.at(-1);
    if (events.length < limit && (last || from === 0)) tails.learn(since, streamId, last ?? 'no-stream');
    return events;
  }

  async function readTail(streamId: string): Promise<Tail> {
    const since = tails.now;
    const [last] = await streamEvents(streamId, { fromRevision: END, direction: BACKWARDS, maxCount: 1 });
    const tail = last ?? 'no-stream';
    tails.learn(since, streamId, tail);
    return tail;
  }

  async function streamEvents(streamId: string, page: Parameters<KurrentDBClient['readStream']>[1]) {
    try {
      const events = await readAnyhow((client) => client.readStream(scope.name(streamId), { ...page, ...reading }));
      return events.map((event) => scope.event(event));
    } catch (error) {
      if (error instanceof EventStoreError && isType(error.cause, 'stream-not-found')) return [];
      throw error;
    }
  }

  async function head(): Promise<{ position: string; hash: string } | null> {
    usable();
    const [last] = await readAnyhow((client) =>
      client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1, filter: scope.filter(), ...reading }),
    );
    if (!last) return null;
    const { position, hash } = scope.event(last);
    return { position, hash };
  }

  async function at(position: string): Promise<StoredEvent | null> {
    usable();
    const place = positionOf(position);
    if (!place) return null;
    const look = async () => {
      const [event] = await read((client) =>
        client.readAll({ fromPosition: place, direction: FORWARDS, maxCount: 1, ...reading }),
      );
      return event?.position?.commit === place.commit && scope.holds(event.streamId) ? scope.event(event) : null;
    };
    return fromPlace(look, () => null);
  }

  /** The server fails to read where no event begins (a place of another store's log, say), and the client tells that like an absence. */
  async function fromPlace<T>(look: () => Promise<T>, nowhere: () => T): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await look();
      } catch (error) {
        if (!(error instanceof EventStoreError) || !['unavailable', 'invalid'].includes(error.code)) throw error;
        if (attempt === 2) return nowhere();
        await head();
      }
    }
  }

  async function readAll({ after, limit = 500, prefixes }: Parameters<EventStore['readAll']>[0] = {}) {
    usable();
    checkFilter(limit, prefixes);
    const page = { direction: FORWARDS, filter: scope.filter(prefixes), ...reading } as const;
    if (after === undefined) {
      const events = await readAnyhow((client) => client.readAll({ ...page, fromPosition: START, maxCount: limit }));
      return events.map((event) => scope.event(event));
    }
    const fromPosition = toPosition(after);
    // A read begins with the event at the position, which is then left out.
    const found = await fromPlace(
      () => read((client) => client.readAll({ ...page, fromPosition, maxCount: limit + 1 })),
      () => {
        throw new EventStoreError('invalid', 'no event begins at this position');
      },
    );
    const events = found.map((event) => scope.event(event));
    return events.filter(({ position }) => position > after).slice(0, limit);
  }

  const store: EventStore = {
    async append(batch) {
      usable();
      const parts = { connection, line, tails, namespace, timeoutMillis: appendTimeoutMillis, readStream, readTail };
      return appendTo(parts, batch);
    },
    readStream,
    readAll,
    head,
    at,
    async *subscribe(subscription) {
      usable();
      const signal = AbortSignal.any([subscription.signal, closing.signal]);
      yield* subscribe({ connection, scope, head, at, readAll }, { ...subscription, signal });
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
