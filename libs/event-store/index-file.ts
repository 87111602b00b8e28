import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * Opens a file whose content is derived from the log and may be thrown away: a damaged file, or one of another version, is
 * emptied and built again. WAL with synchronous=NORMAL: a power cut may take back the last commits, checkpoint and effect together. What is
 * written again and again moves from the WAL to its place, and is synced, once for every 32 MB. `damaged` puts a damaged file away; default: for good.
 */
export function openIndexFile(
  path: string,
  version: number,
  schema: string,
  damaged: (path: string) => void = discard,
): DatabaseSync {
  try {
    return prepared(path, version, schema);
  } catch (error) {
    if (path === ':memory:' || !isDamage(error)) throw error;
    damaged(path);
    return prepared(path, version, schema);
  }
}

/** No wait that is kept in such a file is longer. */
const LONGEST_WAIT_MS = 3_600_000;

/** SQL: what is kept until `not_before` waits no longer. What seems to wait longer than anything does was written before the clock was set back. */
export const WAITS_NO_LONGER = 'not_before NOT BETWEEN ? AND ?';
/** Its parameters. */
export const waitsNoLonger = (now: number): readonly [number, number] => [now + 1, now + LONGEST_WAIT_MS];

/** All or nothing; not nested. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back already after some failures, such as a full disk.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** A statement is prepared once: what is asked for each event costs no more than its running. */
class IndexFile extends DatabaseSync {
  private readonly statements = new Map<string, StatementSync>();

  override prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = super.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}

function prepared(path: string, version: number, schema: string): DatabaseSync {
  const db = new IndexFile(path);
  try {
    db.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000;',
    );
    const found = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (found !== version) dropAll(db);
    // Found only when it is read, a damaged page would stop each start, or whoever follows the log with it.
    const [check] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {});
    if (check !== 'ok') throw Object.assign(new Error('the file is damaged'), { errcode: SQLITE_CORRUPT });
    db.exec(schema);
    db.exec(`PRAGMA user_version = ${version}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function dropAll(db: DatabaseSync): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  for (const { name } of tables as { name: string }[]) db.exec(`DROP TABLE "${name}"`);
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
function isDamage(error: unknown): boolean {
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(resultOf(error) ?? 0);
}

const SQLITE_CONSTRAINT = 19;
/** Whether a file failed, and not what was to be written into it: the same is to be tried again. */
export function isFileFailure(error: unknown): boolean {
  const result = resultOf(error);
  return result !== undefined && result !== SQLITE_CONSTRAINT;
}

/** The primary result code of SQLite; undefined for what SQLite did not throw. */
function resultOf(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode;
  return code === undefined ? undefined : code & 0xff;
}

function discard(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
