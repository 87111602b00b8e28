import { join } from 'node:path';
import { WrongMasterKey, type KeyStore } from './key-ring.js';
import { KEY_STORE_FILE, openKeyStore, type KeyStoreOptions } from './key-store.js';
import { loadMasterKey, readMasterKey, type MasterKey, type MasterKeyOptions } from './master-key.js';
import { nextKeyFile, putInPlace } from './succession.js';

export interface OpenKeys {
  readonly keys: KeyStore;
  readonly masterKey: MasterKey;
}

export interface OpenKeysOptions extends MasterKeyOptions, Pick<KeyStoreOptions, 'onDamaged'> {
  /** Whether this process holds the data folder: then it ends a rotation of the master key that was cut short. */
  readonly holdsFolder: boolean;
}

/**
 * The key store of a data folder, with its master key; also after a rotation of the master key that was cut short.
 * @throws MasterKeyError | PrivateFileError | WrongMasterKey | KeyStoreUnusable
 */
export function openKeys(where: OpenKeysOptions): OpenKeys {
  const { dataDir, onDamaged, holdsFolder } = where;
  const masterKey = loadMasterKey(where);
  const open = (key: Uint8Array): KeyStore =>
    openKeyStore({ file: join(dataDir, KEY_STORE_FILE), masterKey: key, ...(onDamaged && { onDamaged }) });
  try {
    return { keys: open(masterKey.key), masterKey };
  } catch (error) {
    const { file } = masterKey;
    const next = error instanceof WrongMasterKey && file !== null ? readMasterKey(nextKeyFile(file), dataDir) : null;
    if (file === null || next === null) throw error;
    const keys = open(next);
    if (holdsFolder) putInPlace(file, new Date());
    return { keys, masterKey: { key: next, file, created: false } };
  }
}
