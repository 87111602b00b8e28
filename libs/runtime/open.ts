import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_STORE_FILE, KeyStoreUnusable, openKeys } from '#access';
import { isZone } from '#care';
import { seedClinic, type Clock, type ScaledClock } from '#door';
import { observed, openStore, type EventStore, type OnAppend } from '#event-store';
import { holdDataFolder } from './data-folder.js';
import { followErasures, keysInLog } from './erasures.js';
import { takeInOwnInstruments } from './own-instruments.js';
import { fitTogether, type Runtime } from './runtime.js';
import { NO_TRACING, type Tracing } from './tracing/tracing.js';

/** The log in the data folder, where no other is named. */
export const EVENTS_FILE = 'events.db';

export interface RuntimeOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Names the master key's file or the user's configuration folder. */
  readonly env: NodeJS.ProcessEnv;
  /** The log: `kurrentdb://…`; default: `events.db` in the data folder. */
  readonly log?: string | undefined;
  /** The data folder is another process's, which keeps the views and raises what is due; this one shares its keys. Needs a log in a server. */
  readonly besideAnother?: boolean;
  /** Zone of the first site; default: the machine's. */
  readonly zone?: string;
  /** Default true: a first start finds an organisation, a site, a pathway and one person per role. */
  readonly seed?: boolean;
  /** Told how each append ended and how long it took. */
  readonly onAppend?: OnAppend;
  /** Default: no traces. */
  readonly tracing?: Tracing;
  /** One line for the operator; default: standard error. */
  readonly warn?: (message: string) => void;
}

/** A runtime on disk, with what whoever started it should know. */
export interface OpenRuntime extends Runtime {
  readonly dataDir: string;
  /** `created`: this start made it; it lies outside the data folder and needs a backup of its own. `file`: null when it came from the environment. */
  readonly masterKey: { readonly file: string | null; readonly created: boolean };
}

/** Two processes cannot have a log in a file. */
export class NotShared extends Error {
  override readonly name = 'NotShared';
}

/**
 * Opens a profile's parts in the order in which they depend on each other; what was opened is closed again when a later one fails.
 * @throws DataFolderInUse, DataFolderUnusable, NotShared; MasterKeyError, WrongMasterKey and others of libs/access; EventStoreError
 */
export async function openRuntime(options: RuntimeOptions): Promise<OpenRuntime> {
  const { dataDir, clock, env, log, besideAnother = false, seed = true, tracing = NO_TRACING } = options;
  const { warn = (message: string) => console.warn(message) } = options;
  if (besideAnother && log === undefined)
    throw new NotShared('A log in a file belongs to one process; a second one needs a log in KurrentDB.');
  // With keys of its own it would seal what nobody else can open, and what an erasure does not reach.
  if (besideAnother && !existsSync(join(dataDir, KEY_STORE_FILE)))
    throw new KeyStoreUnusable(
      `There is no ${KEY_STORE_FILE} in ${dataDir}. Name the data folder of the worker (FOLLOWTHROUGH_DATA), which makes it at its first start.`,
    );
  await using opening = new AsyncDisposableStack();
  if (!besideAnother) {
    const folder = holdDataFolder(dataDir);
    opening.defer(() => folder.release());
  }
  takeInOwnInstruments(dataDir, warn);
  const { keys, masterKey } = openKeys({
    env,
    dataDir,
    holdsFolder: !besideAnother,
    onDamaged: (kid) => warn(`the key ${kid} is damaged; restore ${KEY_STORE_FILE} from a backup`),
  });
  opening.defer(() => keys.close());
  if (keys.damaged() > 0)
    warn(
      `${keys.damaged()} keys of ${KEY_STORE_FILE} are damaged (followthrough keys status): restore it from a backup`,
    );
  const plain = await openStore(log ?? `sqlite:${join(dataDir, EVENTS_FILE)}`);
  opening.defer(() => plain.close());
  const counted = options.onAppend ? observed(plain, options.onAppend) : plain;
  const store = tracing.store(counted, log === undefined ? 'sqlite' : 'kurrentdb');

  const head = await store.head();
  const { erasures, sealedWith } = await keysInLog(store);
  const again = keys.destroyNamed(erasures.map(({ kid }) => kid));
  if (again.length > 0) warn(`destroyed ${again.length} keys again that the record says were erased`);
  const known = new Set([...keys.subjects(), ...erasures].map(({ kid }) => kid));
  const missing = sealedWith.difference(known).size;
  if (missing > 0)
    warn(
      `${missing} keys that the log names are not in ${KEY_STORE_FILE}: stop, and restore it from a backup before these patients get others`,
    );
  await catchUp(clock, store);
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();
  opening.defer(async () => {
    stopping.abort();
    await following;
  });
  const opened = opening.move();
  const runtime = fitTogether({ dataDir, clock, store, keys, warn, tracing, close: () => opened.disposeAsync() });
  // What another process erases must leave the memory of this one as well, and an approval may fail after it was recorded.
  const forget = ({ subject }: { readonly subject: string }): void => {
    keys.destroy(subject);
    runtime.door.forget();
  };
  following = followErasures({ store, after: head, told: forget, warn, signal: stopping.signal });
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
