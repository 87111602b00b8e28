import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Somebody else has the data folder open. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(
    readonly dataDir: string,
    options?: ErrorOptions,
  ) {
    super(
      `The data folder ${dataDir} is in use by another process of Followthrough. Stop that one, or name another folder.`,
      options,
    );
  }
}

/** No folder can be made or held there: a file stands in its place, somebody else owns it, the disk cannot be written. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';

  constructor(dataDir: string, cause: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;

/**
 * Makes the folder and holds it for the life of this process: an open transaction on lock.db, which the kernel ends when the process dies.
 * @throws DataFolderInUse | DataFolderUnusable
 */
export function holdDataFolder(dataDir: string): { release(): void } {
  const lock = lockIn(dataDir);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw isBusy(cause) ? new DataFolderInUse(dataDir, { cause }) : new DataFolderUnusable(dataDir, cause);
  }
  return { release: () => lock.close() };
}

function lockIn(dataDir: string): DatabaseSync {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 });
  } catch (cause) {
    throw new DataFolderUnusable(dataDir, cause);
  }
}
