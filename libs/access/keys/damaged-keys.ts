import { DatabaseSync } from 'node:sqlite';
import { unwrapKey } from './wrapping.js';

/** A key that is there and cannot be unwrapped although the master key is the right one. */
export interface DamagedKey {
  readonly subject: string;
  readonly kid: string;
}

/** Looks at every key of a store that is open. */
export function damagedIn(database: DatabaseSync, masterKey: Uint8Array): readonly DamagedKey[] {
  const damaged: DamagedKey[] = [];
  const rows = database.prepare('SELECT subject, kid, wrapped FROM keys WHERE wrapped IS NOT NULL ORDER BY subject');
  for (const { subject, kid, wrapped } of rows.iterate()) {
    if (unwrapKey(masterKey, wrapped as Uint8Array, String(kid)) !== null) continue;
    damaged.push({ subject: String(subject), kid: String(kid) });
  }
  return damaged;
}

/** Looks at every key of a store, also beside a running server. */
export function damagedKeys(file: string, masterKey: Uint8Array): readonly DamagedKey[] {
  using database = new DatabaseSync(file, { readOnly: true });
  return damagedIn(database, masterKey);
}
