import { existsSync } from 'node:fs';
import { keyNames, type KeyErasure } from '#access';
import { openSqliteStore } from '#event-store';
import { erasuresIn } from '#runtime';
import { say } from '../command.js';
import { damageIn } from './files.js';

/** Every erasure that a log and a key store know of. A file that is missing knows of none; one that is damaged is told. */
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

function isReadable(file: string): boolean {
  if (!existsSync(file)) return false;
  const damage = damageIn(file);
  if (damage !== null) say(`${file} is damaged (${damage}): erasures of which only it knows do not hold`);
  return damage === null;
}
