import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDirectory, syncDirectory } from '../private-file.js';
import { KeyStoreUnusable } from './key-ring.js';

const VERSION = 1;
const FULL = 2;
const BUSY_MS = 5_000;

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
  createFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    makeDurable(database);
    prepare(database, file, firstUse);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

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
  // A key that a killed process had written and not synced: on disk before anything is sealed with it.
  database.exec('PRAGMA wal_checkpoint(PASSIVE)');
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
