import { join } from 'node:path';
import { KEY_STORE_FILE, openKeys } from '#access';
import { isZone } from '#care';
import { seedClinic, type Clock, type ScaledClock } from '#door';
import { observed, openSqliteStore, type EventStore, type OnAppend } from '#event-store';
import { holdDataFolder } from './data-folder.js';
import { erasuresIn } from './erasures.js';
import { takeInOwnInstruments } from './own-instruments.js';
import { fitTogether, type Runtime } from './runtime.js';

export interface RuntimeOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Names the master key's file or the user's configuration folder. */
  readonly env: NodeJS.ProcessEnv;
  readonly profile: 'try';
  /** Zone of the first site; default: the machine's. */
  readonly zone?: string;
  /** Default true: a first start finds an organisation, a site, a pathway and one person per role. */
  readonly seed?: boolean;
  /** Told how each append ended and how long it took. */
  readonly onAppend?: OnAppend;
  /** One line for the operator; default: standard error. */
  readonly warn?: (message: string) => void;
}

/** A runtime on disk, with what whoever started it should know. */
export interface OpenRuntime extends Runtime {
  readonly dataDir: string;
  /** `created`: this start made it; it lies outside the data folder and needs a backup of its own. `file`: null when it came from the environment. */
  readonly masterKey: { readonly file: string | null; readonly created: boolean };
}

/**
 * Opens a profile's parts in the order in which they depend on each other; what was opened is closed again when a later one fails.
 * @throws DataFolderInUse; MasterKeyError, WrongMasterKey and others of libs/access; EventStoreError
 */
export async function openRuntime(options: RuntimeOptions): Promise<OpenRuntime> {
  const { dataDir, clock, env, seed = true, warn = (message) => console.warn(message) } = options;
  await using opening = new AsyncDisposableStack();
  const folder = holdDataFolder(dataDir);
  opening.defer(() => folder.release());
  takeInOwnInstruments(dataDir, warn);
  const { keys, masterKey } = openKeys({
    env,
    dataDir,
    holdsFolder: true,
    onDamaged: (kid) => warn(`the key ${kid} is damaged; restore ${KEY_STORE_FILE} from a backup`),
  });
  opening.defer(() => keys.close());
  const plain = await openSqliteStore({ file: join(dataDir, 'events.db') });
  opening.defer(() => plain.close());
  const store = options.onAppend ? observed(plain, options.onAppend) : plain;

  const again = keys.destroyNamed((await erasuresIn(store)).map(({ kid }) => kid));
  if (again.length > 0) warn(`destroyed ${again.length} keys again that the record says were erased`);
  await catchUp(clock, store);
  const opened = opening.move();
  const runtime = fitTogether({ dataDir, clock, store, keys, warn, close: () => opened.disposeAsync() });
  try {
    if (seed) await seedClinic({ organisations: runtime.organisations, clock, zone: options.zone ?? machineZone() });
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return { ...runtime, dataDir, masterKey: { file: masterKey.file, created: masterKey.created } };
}

/** A scaled clock whose last second was lost must not stand before what the log knows. */
async function catchUp(clock: Clock & Partial<Pick<ScaledClock, 'catchUpWith'>>, store: EventStore): Promise<void> {
  const head = await store.head();
  const last = head && (await store.at(head.position));
  if (last) clock.catchUpWith?.(last.recordedAt);
}

function machineZone(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isZone(zone) ? zone : 'UTC';
}
