import { admit } from './admission.js';
import { textOf, writtenAs } from './body-text.js';
import { conflict } from './conflict.js';
import type { FrozenEvent, StoredEvent } from './envelope.js';
import { watchHead } from './head-watch.js';
import { readPages, subscribePages, type LogPages } from './log-pages.js';
import { placeOf, toPosition } from './position.js';
import { EventStoreError, type Appended, type EventStore, type ExpectedRevision, type FrozenBatch } from './port.js';

/** How many places one filtered page looks at. */
const STRETCH = 2_000;

/** An EventStore in memory: as strict as the durable ones, gone with the process. It may begin with the log of another. */
export function openMemoryStore(begun: readonly StoredEvent[] = []): EventStore {
  const log: StoredEvent[] = [];
  const placesOf = new Map<string, number[]>();
  const ids = new Set<string>();
  let closed: EventStoreError | undefined;

  const stored = (place: number): StoredEvent => log[place - 1]!;
  function keep(event: StoredEvent): void {
    log.push(event);
    ids.add(event.id);
    const places = placesOf.get(event.streamId);
    if (places) places.push(log.length);
    else placesOf.set(event.streamId, [log.length]);
  }
  for (const event of begun) {
    const position = toPosition(log.length + 1);
    keep(event.position === position && Object.isFrozen(event) ? event : recorded(event, textOf(event.body), position));
  }

  const pages: LogPages = {
    lastPlace: () => log.length,
    page(after, limit, prefixes) {
      const events: StoredEvent[] = [];
      const until = Math.min(log.length, prefixes ? after + STRETCH : after + limit);
      let place = after;
      while (place < until && events.length < limit) {
        place += 1;
        const event = stored(place);
        if (!prefixes || prefixes.some((prefix) => event.streamId.startsWith(prefix))) events.push(event);
      }
      return { events, examinedTo: place };
    },
  };
  const watch = watchHead(pages.lastPlace);

  function append(batch: FrozenBatch): Appended {
    const bodies = admit(batch);
    const { streamId, expected, events } = batch;
    const places = placesOf.get(streamId) ?? [];
    const actual: ExpectedRevision = places.length === 0 ? 'no-stream' : places.length - 1;
    if (actual !== expected) {
      const already = places.slice(events[0].revision, events[0].revision + events.length);
      const last = already.at(-1);
      const repeated =
        already.length === events.length && already.every((place, i) => stored(place).id === events[i]?.id);
      if (!repeated || last === undefined) throw conflict(streamId, expected, actual);
      if (stored(last).hash !== events.at(-1)?.hash)
        throw new EventStoreError('invalid', `${streamId}: these event ids hold other content`);
      return { revision: events[0].revision + events.length - 1, position: toPosition(last) };
    }
    const tail = places.at(-1);
    if (tail !== undefined && stored(tail).hash !== events[0].prevHash) {
      throw new EventStoreError('invalid', `${streamId}: the batch does not follow the stored revision ${expected}`);
    }
    if (events.some(({ id }) => ids.has(id)))
      throw new EventStoreError('invalid', `${streamId}: an event id exists already`);
    for (const [i, event] of events.entries()) keep(recorded(event, bodies[i]!, toPosition(log.length + 1)));
    watch.wake();
    return { revision: events.at(-1)!.revision, position: toPosition(log.length) };
  }

  function open(): void {
    if (closed) throw closed;
  }

  return {
    async append(batch) {
      open();
      return append(batch);
    },
    async readStream(streamId, { from = 0, limit = Infinity } = {}) {
      open();
      return (placesOf.get(streamId) ?? []).slice(from, from + limit).map(stored);
    },
    async readAll(options) {
      open();
      return readPages(pages, options);
    },
    async head() {
      open();
      const last = log.at(-1);
      return last ? { position: toPosition(log.length), hash: last.hash } : null;
    },
    async at(position) {
      open();
      const place = placeOf(position);
      return place !== null && place >= 1 && place <= log.length ? stored(place) : null;
    },
    subscribe(options) {
      return subscribePages(pages, watch, options);
    },
    async health() {
      open();
    },
    async close() {
      closed ??= new EventStoreError('unavailable', 'the store is closed');
      watch.close(closed);
    },
  };
}

/** An event of its own and frozen: nobody can change what was recorded, so that all readers may have the same. */
const recorded = (event: FrozenEvent, text: string, position: string): StoredEvent =>
  Object.freeze({ ...event, position, body: writtenAs(frozenCopy(event.body), text) });

function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const child: unknown = value[key as keyof T];
    // What JSON leaves out is not recorded.
    if (child !== undefined) copy[key] = frozenCopy(child);
  }
  return Object.freeze(copy) as T;
}
