import { createHmac, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { KEY_BYTES, unwrapKey, wrapKey } from './wrapping.js';

const NAME = 'followthrough:key-check';

/** Names a master key without telling it: what a backup was made with can be compared with what is at hand. */
export const masterKeyId = (masterKey: Uint8Array): string =>
  createHmac('sha256', masterKey).update('followthrough:master-key-id').digest('hex').slice(0, 16);

/** A known name wrapped under the master key shows later whether the key at hand is the same. */
export function writeKeyCheck(database: DatabaseSync, masterKey: Uint8Array): void {
  const wrapped = wrapKey(masterKey, randomBytes(KEY_BYTES), NAME);
  database.prepare('INSERT OR REPLACE INTO key_check (only, wrapped) VALUES (1, ?)').run(wrapped);
  database.prepare('INSERT OR REPLACE INTO master_key (only, id) VALUES (1, ?)').run(masterKeyId(masterKey));
}

/** Whether the store's keys are wrapped under this master key. */
export function passesKeyCheck(database: DatabaseSync, masterKey: Uint8Array): boolean {
  const row = database.prepare('SELECT wrapped FROM key_check').get() as { wrapped: Uint8Array } | undefined;
  if (!row || unwrapKey(masterKey, row.wrapped, NAME) === null) return false;
  // A store from before master keys had names.
  database.prepare('INSERT OR IGNORE INTO master_key (only, id) VALUES (1, ?)').run(masterKeyId(masterKey));
  return true;
}
