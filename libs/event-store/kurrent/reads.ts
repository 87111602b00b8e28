import { BACKWARDS, END, FORWARDS, START, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { StoredEvent } from '../envelope.js';
import { checkFilter } from '../log-pages.js';
import { EventStoreError, type EventStore } from '../port.js';
import { START as BEGINNING } from '../position.js';
import type { Connection } from './connection.js';
import { hasLost, isType, readError } from './errors.js';
import { collect } from './patience.js';
import { positionOf, toPosition } from './positions.js';
import type { Scope } from './scope.js';
import type { Tail, Tails } from './tails.js';

export interface ReadParts {
  readonly connection: Connection;
  readonly scope: Scope;
  readonly tails: Tails;
  readonly timeoutMillis: number;
  /** Throws when the store is closed. */
  readonly usable: () => void;
}

export interface Reads extends Pick<EventStore, 'readStream' | 'readAll' | 'head' | 'at'> {
  /** What a stream ends with. */
  readTail(streamId: string): Promise<Tail>;
}

type Recorded = Parameters<Scope['event']>[0];
type Resolved = { readonly event?: Recorded };

/** All that only reads. What it sees of the ends of streams, the tails learn. */
export function readsOf({ connection, scope, tails, timeoutMillis, usable }: ReadParts): Reads {
  const reading = { requiresLeader: true };

  async function read(events: (client: KurrentDBClient) => AsyncIterable<Resolved>): Promise<Recorded[]> {
    const link = connection.forReading();
    try {
      const found = await collect(timeoutMillis, events(link.client), (answer) => connection.gaveUp(link, answer));
      connection.answered();
      return found.flatMap(({ event }) => (event ? [event] : []));
    } catch (cause) {
      const error = readError(cause);
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
      const events = await read((client) => client.readStream(scope.name(streamId), { ...page, ...reading }));
      return events.map((event) => scope.event(event));
    } catch (error) {
      if (error instanceof EventStoreError && isType(error.cause, 'stream-not-found')) return [];
      throw error;
    }
  }

  async function head(): Promise<{ position: string; hash: string } | null> {
    usable();
    const [last] = await read((client) =>
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
    const [event] =
      (await fromPlace((client) =>
        client.readAll({ fromPosition: place, direction: FORWARDS, maxCount: 1, ...reading }),
      )) ?? [];
    return event?.position?.commit === place.commit && scope.holds(event.streamId) ? scope.event(event) : null;
  }

  /** Null where no event begins (a place of another store's log, say): only when the server says so, never because it failed. */
  async function fromPlace(events: Parameters<typeof read>[0]): Promise<Recorded[] | null> {
    try {
      return await read(events);
    } catch (error) {
      if (error instanceof EventStoreError && error.code === 'invalid') return null;
      throw error;
    }
  }

  async function readAll({ after, limit = 500, prefixes }: Parameters<EventStore['readAll']>[0] = {}) {
    usable();
    checkFilter(limit, prefixes);
    const page = { direction: FORWARDS, filter: scope.filter(prefixes), ...reading } as const;
    if (after === undefined || after === BEGINNING) {
      const events = await read((client) => client.readAll({ ...page, fromPosition: START, maxCount: limit }));
      return events.map((event) => scope.event(event));
    }
    const fromPosition = toPosition(after);
    // A read begins with the event at the position, which is then left out.
    const found = await fromPlace((client) => client.readAll({ ...page, fromPosition, maxCount: limit + 1 }));
    if (!found) throw new EventStoreError('invalid', 'no event begins at this position');
    const events = found.map((event) => scope.event(event));
    return events.filter(({ position }) => position > after).slice(0, limit);
  }

  return { readStream, readTail, readAll, head, at };
}
