import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { canonical } from '../canonical.js';
import type { StoredEvent } from '../envelope.js';
import { toPlace, toPosition } from '../position.js';
import { EventStoreError } from '../port.js';
import { INSERT, toRow } from './rows.js';
import { writerSetup } from './schema.js';

/** Few enough that a running server can checkpoint its write-ahead log between two pages. */
const PAGE = 1_000;

export interface LogCopy {
  /** The log to read; a server may write it meanwhile. */
  readonly from: string;
  /** The file to make; it must be missing or empty. */
  readonly to: string;
  /** The last position to take. */
  readonly through: string;
  readonly progress?: (copied: number, all: number) => void;
}

/**
 * Copies a log up to a position into a new file, row by row and with the same positions. Rows are never changed, so what is copied while
 * others append is the log as it stood at that position. The caller makes the file durable (fsync) before relying on it.
 * @throws EventStoreError `unsupported` when a file is no log of this version, `unavailable` when one cannot be read or written
 */
export async function copyLog({ from, to, through, progress }: LogCopy): Promise<void> {
  using source = opened(from, true);
  using target = opened(to, false);
  try {
    assertOurs(source);
    make(target, to);
    await copyRows(source, target, toPlace(through), progress);
  } catch (cause) {
    throw notCopied(cause);
  }
}

/**
 * Makes a file of the events of another store, in their order; positions are the file’s own. Not durable before the caller sees to it.
 * @throws EventStoreError `unavailable` when an event does not follow the one before it, or the file cannot be written
 */
export async function writeLog(events: AsyncIterable<StoredEvent>, to: string): Promise<void> {
  using target = opened(to, false);
  try {
    make(target, to);
    const insert = target.prepare(INSERT);
    let written = 0;
    target.exec('BEGIN');
    for await (const event of events) {
      insert.run(...toRow(event, canonical(event.body)));
      written += 1;
      if (written % PAGE === 0) target.exec('COMMIT; BEGIN');
    }
    target.exec('COMMIT');
  } catch (cause) {
    throw notCopied(cause);
  }
}

/** The last position of a log before the first event recorded after the instant (ISO UTC with milliseconds); null when that is none. */
export function positionAt(file: string, instant: string): string | null {
  using log = opened(file, true);
  assertOurs(log);
  const sql = `SELECT max(position) AS place FROM events
    WHERE position < coalesce((SELECT min(position) FROM events WHERE recorded_at > ?), 9223372036854775807)`;
  const { place } = log.prepare(sql).get(instant) as { place: number | null };
  return place === null ? null : toPosition(place);
}

async function copyRows(
  source: DatabaseSync,
  target: DatabaseSync,
  through: number,
  progress: LogCopy['progress'],
): Promise<void> {
  const page = source.prepare('SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?');
  const { all } = source.prepare('SELECT count(*) AS "all" FROM events WHERE position <= ?').get(through) as {
    all: number;
  };
  const columns = source.prepare('SELECT * FROM events').columns();
  const insert = target.prepare(`INSERT INTO events VALUES (${columns.map(() => '?').join(', ')})`);
  for (let after = 0, copied = 0; ;) {
    const rows = page.all(after, through, PAGE);
    if (rows.length === 0) return;
    target.exec('BEGIN');
    for (const row of rows) insert.run(...Object.values(row));
    target.exec('COMMIT');
    after = Number(rows.at(-1)?.['position']);
    copied += rows.length;
    progress?.(copied, all);
    await turn();
  }
}

const notCopied = (cause: unknown): EventStoreError =>
  cause instanceof EventStoreError
    ? cause
    : new EventStoreError('unavailable', `the log cannot be copied: ${(cause as Error).message}`, undefined, { cause });

function opened(file: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(file, { readOnly, timeout: writerSetup(file).busyMillis });
  } catch (cause) {
    throw new EventStoreError('unavailable', `${file}: ${(cause as Error).message}`, undefined, { cause });
  }
}

/** One file, without a write-ahead log beside it, until a server opens it. Not durable while it is made: half a copy is worth nothing. */
function make(db: DatabaseSync, file: string): void {
  const { schema, applicationId, schemaVersion } = writerSetup(file);
  if (db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined)
    throw new EventStoreError('unsupported', `${file} holds something already`);
  db.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
    BEGIN; ${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
}

function assertOurs(db: DatabaseSync): void {
  const { applicationId, schemaVersion } = writerSetup('');
  const pragma = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (pragma('application_id') !== applicationId)
    throw new EventStoreError('unsupported', 'the file is no event log of Followthrough');
  const found = pragma('user_version');
  if (found !== schemaVersion)
    throw new EventStoreError('unsupported', `the file has schema ${String(found)}, this code ${schemaVersion}`);
}
