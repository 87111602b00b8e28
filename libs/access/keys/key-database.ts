import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDirectory, syncDirectory } from '../private-file.js';
import { KeyStoreUnusable } from './key-ring.js';

const VERSION = 1;
const FULL = 2;
const BUSY_MS = 5_000;
/** Whoever has the file open for longer than a look is a server. */
const ALONE_MS = 1_000;

const SCHEMA = `
  CREATE TABLE key_check (only INTEGER PRIMARY KEY CHECK (only = 1), wrapped BLOB NOT NULL) STRICT;
  CREATE TABLE keys (
    subject      TEXT PRIMARY KEY,
    kid          TEXT NOT NULL UNIQUE,
    wrapped      BLOB,
    created_at   TEXT NOT NULL,
    destroyed_at TEXT,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** Beside the version: an older build reads such a file as well. */
const NAMED = `CREATE TABLE IF NOT EXISTS master_key (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT`;

/** Opens the file of keys, its owner's alone and durable at every commit; `firstUse` adds what belongs in a new one, in the same transaction. */
export function openKeyDatabase(file: string, firstUse: (database: DatabaseSync) => void): DatabaseSync {
  usable(file, () => createFile(file));
  return opened(file, (database) => prepare(database, file, firstUse));
}

/**
 * Opens a file of keys that nobody else has open, whatever process that may be, and keeps others out until it is closed.
 * @throws KeyStoreUnusable
 */
export function openKeyDatabaseAlone(file: string): DatabaseSync {
  return opened(file, (database) => prepare(database, file, () => undefined), { alone: true });
}

function opened(file: string, ready: (database: DatabaseSync) => void, { alone = false } = {}): DatabaseSync {
  const database = usable(file, () => new DatabaseSync(file, { timeout: alone ? ALONE_MS : BUSY_MS }));
  try {
    // Said before the write-ahead log is opened: then whoever else has the file open stands in the way, also one that does nothing.
    if (alone) database.exec('PRAGMA locking_mode = EXCLUSIVE');
    makeDurable(database);
    ready(database);
    return database;
  } catch (error) {
    database.close();
    throw isBusy(error) ? inUse(file, alone, error) : asUnusable(file, error);
  }
}

/** What disk and SQLite say against a file of keys is told with its name. */
export function usable<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw asUnusable(file, error);
  }
}

function asUnusable(file: string, error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined && code !== 'ERR_SQLITE_ERROR') return error;
  return new KeyStoreUnusable(`The key store ${file} cannot be used: ${message}`, { cause: error });
}

function inUse(file: string, alone: boolean, cause: unknown): KeyStoreUnusable {
  const why = alone
    ? 'Stop every process of Followthrough that has it open, the API too.'
    : 'A rotation of the master key or a restore keeps it to itself; start again when that has ended.';
  return new KeyStoreUnusable(`The key store ${file} is in use. ${why}`, { cause });
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;

/** SQLite gives its -wal and -shm files the mode of the database, so it has to be right before SQLite opens it. */
function createFile(file: string): void {
  makeDirectory(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  syncDirectory(dirname(file));
}

function makeDurable(database: DatabaseSync): void {
  // secure_delete overwrites a destroyed key with zeros instead of leaving it in a free page.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  assertPragma(database, 'journal_mode', 'wal');
  assertPragma(database, 'synchronous', FULL);
  assertPragma(database, 'secure_delete', 1);
  // A key that a killed process had written and not synced: on disk before anything is sealed with it. One that it had destroyed: gone here as well.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function assertPragma(database: DatabaseSync, pragma: string, wanted: string | number): void {
  const is = pragmaOf(database, pragma);
  if (is !== wanted)
    throw new KeyStoreUnusable(`The key store needs ${pragma} = ${wanted}, SQLite answers ${String(is)}.`);
}

function prepare(database: DatabaseSync, file: string, firstUse: (database: DatabaseSync) => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const isNew = versionOf(database, file) === 0;
    if (isNew) database.exec(SCHEMA);
    database.exec(NAMED);
    if (isNew) firstUse(database);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync, file: string): number {
  const version = Number(pragmaOf(database, 'user_version'));
  if (version <= VERSION) return version;
  throw new KeyStoreUnusable(`The key store ${file} was made by a newer version of Followthrough.`);
}

function pragmaOf(database: DatabaseSync, pragma: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
}
