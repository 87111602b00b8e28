import { existsSync } from 'node:fs';
import { keyNames, type KeyErasure } from '#access';
import { openSqliteStore } from '#event-store';
import { erasuresIn } from '#runtime';
import { damageIn } from './files.js';

/** Every erasure that a log and a key store know of; a file that is missing or damaged knows of none. */
export async function knownErasures(log: string, keys: string): Promise<readonly KeyErasure[]> {
  const inKeys = isReadable(keys) ? keyNames(keys).filter(({ isDestroyed }) => isDestroyed) : [];
  if (!isReadable(log)) return inKeys;
  const store = await openSqliteStore({ file: log, readOnly: true });
  try {
    return [...inKeys, ...(await erasuresIn(store))];
  } finally {
    await store.close();
  }
}

const isReadable = (file: string): boolean => existsSync(file) && damageIn(file) === null;
