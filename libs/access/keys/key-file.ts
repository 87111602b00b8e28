import { DatabaseSync } from 'node:sqlite';
import { KeyStoreUnusable } from './key-ring.js';
import { openKeyDatabase } from './key-database.js';

/** An erasure as the key store remembers it: whose key was destroyed, and which it was. */
export interface KeyErasure {
  readonly subject: string;
  readonly kid: string;
}

/** How many keys a key store holds, and of how many only the name is left. No master key is needed. */
export function countKeys(file: string): { readonly keys: number; readonly destroyed: number } {
  using database = new DatabaseSync(file, { readOnly: true });
  const sql = 'SELECT count(wrapped) AS keys, count(*) - count(wrapped) AS destroyed FROM keys';
  const { keys, destroyed } = database.prepare(sql).get() as { keys: number; destroyed: number };
  return { keys, destroyed };
}

/** Those whose key was destroyed. No master key is needed. */
export function destroyedKeys(file: string): readonly KeyErasure[] {
  using database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT subject, kid FROM keys WHERE wrapped IS NULL ORDER BY subject').all();
  return rows.map(({ subject, kid }) => ({ subject: String(subject), kid: String(kid) }));
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
