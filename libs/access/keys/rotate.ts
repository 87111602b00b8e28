import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { masterKeyId, writeKeyCheck } from './key-check.js';
import { openKeyDatabaseAlone } from './key-database.js';
import { KeyStoreUnusable } from './key-ring.js';
import { KEY_STORE_FILE } from './key-store.js';
import { createMasterKey, MasterKeyError, readMasterKey, type MasterKeyOptions } from './master-key.js';
import { openKeys } from './open-keys.js';
import { nextKeyFile, putInPlace } from './succession.js';
import { unwrapKey, wrapKey } from './wrapping.js';

/** How far a rotation has come; a spec ends the process there. */
export type RotationStep = 'new key on disk' | 'one key wrapped' | 'all keys wrapped' | 'new key in place';

export interface Rotation extends MasterKeyOptions {
  /** Where the new master key lies, or is to be made; absent: it takes the place of the old file. */
  readonly newKeyFile?: string;
  readonly now: Date;
  readonly reached?: (step: RotationStep) => void;
}

export interface Rotated {
  readonly masterKeyId: string;
  readonly file: string;
  /** Where the old key lies that older backups need; null when it stays where it was. */
  readonly oldKeyFile: string | null;
  readonly rewrapped: number;
  /** Keys that the old master key could not unwrap; they were left as they are. */
  readonly damaged: number;
}

/**
 * Wraps every key of a store under a new master key, in a process that holds the data folder, while nobody else has the store open: whoever went on with the
 * old key would make keys that nobody can open. The log is not touched. The new key is on disk first, all keys change in one transaction, the files
 * change places last: killed anywhere, the store opens with a key that is there.
 * @throws MasterKeyError | PrivateFileError | WrongMasterKey | KeyStoreUnusable
 */
export function rotateMasterKey(rotation: Rotation): Rotated {
  const { dataDir, now, reached = () => undefined } = rotation;
  const store = join(dataDir, KEY_STORE_FILE);
  if (!existsSync(store)) throw new KeyStoreUnusable(`There is no key store at ${store}.`);
  const { keys, masterKey: old } = openKeys({ ...rotation, holdsFolder: true });
  keys.close();
  using database = openKeyDatabaseAlone(store);
  const target = targetOf(rotation, old.file);
  const next = readMasterKey(target, dataDir) ?? made(target);
  if (masterKeyId(next) === masterKeyId(old.key))
    throw new MasterKeyError(`${target} holds the master key that is in use already.`);
  reached('new key on disk');
  const counts = rewrap(database, old.key, next, () => reached('one key wrapped'));
  reached('all keys wrapped');
  const inPlace = rotation.newKeyFile === undefined && old.file !== null;
  const oldKeyFile = inPlace ? putInPlace(old.file, now) : null;
  reached('new key in place');
  return { masterKeyId: masterKeyId(next), file: inPlace ? old.file : target, oldKeyFile, ...counts };
}

function targetOf({ newKeyFile }: Rotation, file: string | null): string {
  if (newKeyFile !== undefined) return resolve(newKeyFile);
  if (file !== null) return nextKeyFile(file);
  throw new MasterKeyError('The master key lies in no file here. Name one for the new key (--new-key-file).');
}

function made(file: string): Uint8Array {
  try {
    return createMasterKey(file).key;
  } catch (cause) {
    if (cause instanceof MasterKeyError) throw cause;
    const why = (cause as Error).message;
    throw new MasterKeyError(`No new key can be made at ${file} (${why}). Name another place (--new-key-file).`, {
      cause,
    });
  }
}

interface Row {
  readonly kid: string;
  readonly wrapped: Uint8Array;
}

function rewrap(
  database: DatabaseSync,
  from: Uint8Array,
  to: Uint8Array,
  each: () => void,
): Pick<Rotated, 'rewrapped' | 'damaged'> {
  const update = database.prepare('UPDATE keys SET wrapped = ? WHERE kid = ?');
  let rewrapped = 0;
  database.exec('BEGIN IMMEDIATE');
  const rows = database.prepare('SELECT kid, wrapped FROM keys WHERE wrapped IS NOT NULL').all() as unknown as Row[];
  for (const { kid, wrapped } of rows) {
    const key = unwrapKey(from, wrapped, kid);
    if (key === null) continue;
    update.run(wrapKey(to, key, kid), kid);
    rewrapped += 1;
    each();
  }
  writeKeyCheck(database, to);
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  return { rewrapped, damaged: rows.length - rewrapped };
}
