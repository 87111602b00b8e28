import { DatabaseSync } from 'node:sqlite';
import type { StoredEvent } from '../envelope.js';
import type { LogPages } from '../log-pages.js';
import { EventStoreError } from '../port.js';
import { fromRow, SELECT, type StoredRow } from './rows.js';

/** How many places one filtered page looks at: a few milliseconds. */
const STRETCH = 2_000;

/** A read-only connection. Every read is one finished statement: an open one would keep the WAL from being checkpointed. */
export interface Reader extends LogPages {
  stream(streamId: string, from: number, limit: number): readonly StoredEvent[];
  /** At most `limit` events up to a place, stream by stream, after one of them. */
  streams(after: { streamId: string; place: number }, upTo: number, limit: number): readonly StoredEvent[];
  /** @throws EventStoreError `tampered` when the index of streams does not list as many events as there are */
  checkIndex(): void;
  at(place: number): StoredEvent | null;
  close(): void;
}

/** @throws EventStoreError `unavailable`, also from every function, when the file cannot be read */
export function openReader(file: string, busyMillis: number): Reader {
  const db = reading(() => new DatabaseSync(file, { readOnly: true, timeout: busyMillis }));
  try {
    return readerOf(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function readerOf(db: DatabaseSync): Reader {
  const prepare = (sql: string) => reading(() => db.prepare(sql));
  const stream = prepare(`${SELECT} FROM events WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?`);
  const streams = prepare(
    `${SELECT} FROM events WHERE (stream_id, position) > (?, ?) AND position <= ? ORDER BY stream_id, position LIMIT ?`,
  );
  const counts = prepare(
    `SELECT (SELECT count(*) FROM events NOT INDEXED) AS held,
     (SELECT count(*) FROM events INDEXED BY sqlite_autoindex_events_2 WHERE stream_id >= '') AS listed`,
  );
  const at = prepare(`${SELECT} FROM events WHERE position = ?`);
  const last = prepare('SELECT max(position) AS place FROM events');
  const page = prepare(`${SELECT} FROM events WHERE position > ? ORDER BY position LIMIT ?`);
  const filtered = prepare(
    `${SELECT} FROM events WHERE position > ? AND position <= ?
     AND EXISTS (SELECT 1 FROM json_each(?) WHERE substr(stream_id, 1, length(value)) = value) ORDER BY position LIMIT ?`,
  );
  const lastPlace = (): number => reading(() => (last.get() as { place: number | null }).place ?? 0);
  const events = (rows: unknown[]): readonly StoredEvent[] => (rows as StoredRow[]).map(fromRow);

  return {
    lastPlace,
    page: (after, limit, prefixes) =>
      reading(() => {
        if (!prefixes) {
          const rows = page.all(after, limit) as unknown as StoredRow[];
          return { events: rows.map(fromRow), examinedTo: rows.at(-1)?.position ?? after };
        }
        // Looked up before the rows, so that an event committed in between is not taken for examined.
        const until = Math.max(after, Math.min(after + STRETCH, lastPlace()));
        const rows = filtered.all(after, until, JSON.stringify(prefixes), limit) as unknown as StoredRow[];
        return {
          events: rows.map(fromRow),
          examinedTo: rows.length < limit ? until : (rows.at(-1)?.position ?? until),
        };
      }),
    stream: (streamId, from, limit) =>
      reading(() => events(stream.all(streamId, from, Number.isFinite(limit) ? limit : -1))),
    streams: ({ streamId, place }, upTo, limit) => reading(() => events(streams.all(streamId, place, upTo, limit))),
    checkIndex: () => {
      const { held, listed } = reading(() => counts.get() as { held: number; listed: number });
      if (held !== listed)
        throw new EventStoreError('tampered', `the log holds ${held} events, its index of streams lists ${listed}`);
    },
    at: (place) =>
      reading(() => {
        const row = at.get(place);
        return row ? fromRow(row as unknown as StoredRow) : null;
      }),
    close: () => db.close(),
  };
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof EventStoreError) throw cause;
    throw new EventStoreError('unavailable', `the event log cannot be read: ${(cause as Error).message}`, undefined, {
      cause,
    });
  }
}
