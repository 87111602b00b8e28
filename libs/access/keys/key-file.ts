import { DatabaseSync } from 'node:sqlite';
import { openKeyDatabase, openKeyDatabaseAlone, usable } from './key-database.js';
import { KeyStoreUnusable } from './key-ring.js';

/** An erasure as the key store remembers it: whose key was destroyed, and which it was. */
export interface KeyErasure {
  readonly subject: string;
  readonly kid: string;
}

/** A key by its name, without the key itself. */
export interface KeyName extends KeyErasure {
  readonly isDestroyed: boolean;
}

/** Every key that a store holds or held. No master key is needed. @throws KeyStoreUnusable */
export function keyNames(file: string): readonly KeyName[] {
  const rows = usable(file, () => {
    using database = new DatabaseSync(file, { readOnly: true });
    return database.prepare('SELECT subject, kid, wrapped IS NULL AS gone FROM keys ORDER BY subject').all();
  });
  return rows.map(({ subject, kid, gone }) => ({
    subject: String(subject),
    kid: String(kid),
    isDestroyed: gone === 1,
  }));
}

/** The name of the master key that wraps a store's keys; null when the store does not say. */
export function masterKeyIdOf(file: string): string | null {
  using database = new DatabaseSync(file, { readOnly: true });
  const isNamed = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'master_key'").get() !== undefined;
  const row = isNamed ? database.prepare('SELECT id FROM master_key').get() : undefined;
  return row ? String(row['id']) : null;
}

/**
 * Keeps everybody out of a store until it is let go: nobody may go on with a file that is about to be replaced.
 * @throws KeyStoreUnusable when another process has it open
 */
export function holdKeyStore(file: string): Disposable {
  const database = openKeyDatabaseAlone(file);
  return { [Symbol.dispose]: () => database.close() };
}

/**
 * Destroys keys in a store that nobody has open, and remembers those it never held, so that no older store brings them back later.
 * Answers how many were still there. No master key is needed.
 */
export function destroyKeys(file: string, erasures: Iterable<KeyErasure>): number {
  const database = openKeyDatabase(file, () => {
    throw new KeyStoreUnusable(`There is no key store at ${file}.`);
  });
  using _closing = database;
  const now = new Date().toISOString();
  const destroy = database.prepare(
    'UPDATE keys SET wrapped = NULL, destroyed_at = ? WHERE subject = ? AND destroyed_at IS NULL',
  );
  const remember = database.prepare(
    'INSERT OR IGNORE INTO keys (subject, kid, wrapped, created_at, destroyed_at) VALUES (?, ?, NULL, ?, ?)',
  );
  let destroyed = 0;
  database.exec('BEGIN IMMEDIATE');
  for (const { subject, kid } of erasures) {
    destroyed += Number(destroy.run(now, subject).changes);
    remember.run(subject, kid, now, now);
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  return destroyed;
}
