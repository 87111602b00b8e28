import { openKurrentStore } from './kurrent/open.js';
import { EventStoreError, type EventStore } from './port.js';
import { openSqliteStore } from './sqlite/open.js';

const SQLITE = 'sqlite:';
/** The schemes that the client knows. */
const KURRENT = /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//;

/** The file that `sqlite:<file>` names; null where a log is named otherwise. */
export const sqliteFile = (name: string): string | null =>
  name.startsWith(SQLITE) && name.length > SQLITE.length ? name.slice(SQLITE.length) : null;

/**
 * Opens the log that a text names: `sqlite:<file>`, or a connection string of KurrentDB.
 * @throws EventStoreError `invalid` when it names none; as the adapters when it cannot be opened
 */
export async function openStore(name: string, { readOnly = false } = {}): Promise<EventStore> {
  const file = sqliteFile(name);
  if (file !== null) return openSqliteStore({ file, readOnly });
  if (!KURRENT.test(name))
    throw new EventStoreError('invalid', 'a log is named by sqlite:<file> or by kurrentdb://<host>:<port>?…');
  const store = await openKurrentStore({ connectionString: name });
  return readOnly ? { ...store, append: refused } : store;
}

async function refused(): Promise<never> {
  throw new EventStoreError('unsupported', 'the store was opened read-only');
}
