import type { Worker } from 'node:worker_threads';
import { admit } from '../admission.js';
import { conflict } from '../conflict.js';
import { watchHead, type HeadPolling } from '../head-watch.js';
import { readPages, subscribePages } from '../log-pages.js';
import { placeOf, toPlace, toPosition } from '../position.js';
import { EventStoreError, type Appended, type EventStore, type FrozenBatch } from '../port.js';
import type { AppendRequest, WriterSetup } from './protocol.js';
import { openReader, type Reader } from './reader.js';
import { toRow } from './rows.js';
import { writerSetup } from './schema.js';
import { startWriter, type WriterThread } from './writer-thread.js';

export interface SqliteStoreOptions {
  /** Path of the database file; made when missing, unless `readOnly`. Its folder must be on a local disk. */
  readonly file: string;
  /** Never writes: appends are refused as `unsupported`. */
  readonly readOnly?: boolean;
  /** After this an append counts as `outcome-unknown`. Default 5000. */
  readonly appendTimeoutMillis?: number;
}

/** What a test may replace to see that a wrong setting or a dead writer is noticed. */
export interface SqliteInternals {
  readonly setup?: Partial<WriterSetup>;
  readonly spawn?: (setup: WriterSetup) => Worker;
  readonly polling?: HeadPolling;
}

/** Looks for commits of other processes this often, ms. Commits of this one are noticed at once. */
const POLLING = { busyMs: 20, idleMs: 250 };

/**
 * The embedded event log: one SQLite file, one writer thread with group commit, reads on a connection of their own.
 * @throws EventStoreError `unsupported` when the file is not ours or would not be durable, `unavailable` when it cannot be opened
 */
export async function openSqliteStore(
  options: SqliteStoreOptions,
  internals: SqliteInternals = {},
): Promise<EventStore> {
  const { file, readOnly = false, appendTimeoutMillis = 5_000 } = options;
  const setup = { ...writerSetup(file), ...internals.setup };
  const writer = readOnly
    ? null
    : await startWriter(setup, { timeoutMillis: appendTimeoutMillis, spawn: internals.spawn });
  const reader = await readerBeside(writer, file, setup.busyMillis);
  const watch = watchHead(reader.lastPlace, internals.polling ?? POLLING);
  let closed: EventStoreError | undefined;

  function usable(): void {
    if (closed) throw closed;
  }

  function writable(): WriterThread {
    usable();
    if (!writer) throw new EventStoreError('unsupported', 'the store was opened read-only');
    return writer;
  }

  return {
    async append(batch) {
      const answer = await writable().ask(requestFor(batch));
      if (answer.kind === 'appended') {
        watch.wake();
        return { revision: answer.revision, position: toPosition(answer.place) } satisfies Appended;
      }
      if (answer.kind === 'conflict')
        throw conflict(batch.streamId, batch.expected, answer.actual < 0 ? 'no-stream' : answer.actual);
      throw new EventStoreError(
        answer.kind === 'failed' ? answer.code : 'outcome-unknown',
        answer.kind === 'failed' ? answer.message : 'an answer to another question',
      );
    },
    async readStream(streamId, { from = 0, limit = Infinity } = {}) {
      usable();
      return reader.stream(streamId, from, limit);
    },
    async readAll(readOptions) {
      usable();
      return readPages(reader, readOptions);
    },
    async readStreams({ upTo, after, limit = 500 }) {
      usable();
      // Each row that is read proves itself by its hash; a row that is not listed would go unnoticed.
      if (!after) reader.checkIndex();
      const from = after ? { streamId: after.streamId, place: toPlace(after.position) } : { streamId: '', place: 0 };
      return reader.streams(from, toPlace(upTo), limit);
    },
    async head() {
      usable();
      const last = reader.at(reader.lastPlace());
      return last && { position: last.position, hash: last.hash };
    },
    async at(position) {
      usable();
      const place = placeOf(position);
      return place === null ? null : reader.at(place);
    },
    subscribe: (subscription) => subscribePages(reader, watch, subscription),
    async health() {
      usable();
      reader.lastPlace();
      const answer = await writer?.ask({ kind: 'probe' });
      if (answer?.kind === 'failed') throw new EventStoreError('unavailable', answer.message);
    },
    async close() {
      if (closed) return;
      closed = new EventStoreError('unavailable', 'the store is closed');
      watch.close(closed);
      await writer?.close();
      reader.close();
    },
  };
}

/** The reader; when it cannot be opened, the writer is closed. */
async function readerBeside(writer: WriterThread | null, file: string, busyMillis: number): Promise<Reader> {
  try {
    return openReader(file, busyMillis);
  } catch (error) {
    await writer?.close();
    throw error;
  }
}

function requestFor(batch: FrozenBatch): Omit<AppendRequest, 'id'> {
  const bodies = admit(batch);
  const { streamId, expected, events } = batch;
  return {
    kind: 'append',
    streamId,
    expected: expected === 'no-stream' ? -1 : expected,
    prevHash: events[0].prevHash,
    ids: events.map(({ id }) => id),
    lastHash: (events.at(-1) ?? events[0]).hash,
    rows: events.map((event, i) => toRow(event, bodies[i] ?? '')),
  };
}
