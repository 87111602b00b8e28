import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_STORE_FILE, openKeys } from '#access';
import type { KeyRing } from '#event-store';

/** Keys to open sealed boxes with; it never makes one. */
export interface ReadingKeys {
  readonly ring: KeyRing;
  /** Why nothing sealed can be read; null when keys are there. */
  readonly without: string | null;
  close(): void;
}

/** Opens the key store beside whatever server uses it; without it a replay still tells what happened. */
export function openReadingKeys(data: string, env: NodeJS.ProcessEnv): ReadingKeys {
  const file = join(data, KEY_STORE_FILE);
  // Looked for first: the library would make what is missing.
  if (!existsSync(file)) return locked(`there is no key store at ${file}`);
  try {
    const { keys } = openKeys({ env, dataDir: data, holdsFolder: false });
    return { ring: { keyFor, open: (kid) => keys.open(kid) }, without: null, close: () => keys.close() };
  } catch (error) {
    return locked(error instanceof Error ? error.message : 'the key store cannot be opened');
  }
}

const locked = (without: string): ReadingKeys => ({
  ring: { keyFor, open: () => null },
  without,
  close: () => undefined,
});

const keyFor = (): never => {
  throw new Error('a replay seals nothing');
};
