import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreError, openSqliteStore, openStore, type EventStore, type StoredEvent } from '#event-store';
import { EVENTS_FILE } from '#runtime';
import { CommandFailed, dataDir } from '../command.js';
import { LOG, settingOf } from '../house/settings.js';
import { isThere } from '../is-there.js';

/** Large enough to be quick, small enough that a running server's log can be checkpointed between two pages. */
const PAGE = 1_000;

/**
 * Opens the log to read it, beside whatever server writes it: that of the folder which was named, else the one that FOLLOWTHROUGH_LOG
 * names, else that of the usual folder. @throws CommandFailed when there is none
 */
export async function openLog(folder: string | undefined): Promise<EventStore> {
  const named = folder === undefined ? settingOf(process.env, LOG) : undefined;
  return named === undefined ? openFile(folder ?? dataDir()) : openNamed(named);
}

async function openNamed(log: string): Promise<EventStore> {
  try {
    return await openStore(log, { readOnly: true });
  } catch (error) {
    if (isStoreError(error)) throw new CommandFailed(`${LOG}: ${error.message}`, error.code === 'invalid' ? 2 : 3);
    throw error;
  }
}

async function openFile(data: string): Promise<EventStore> {
  const file = join(data, EVENTS_FILE);
  if (!isThere(file)) throw new CommandFailed(`there is no log at ${file}; ${elsewhere(data)}`, 3);
  try {
    return await openSqliteStore({ file, readOnly: true });
  } catch (error) {
    if (isStoreError(error)) throw new CommandFailed(`${file}: ${error.message}`, 3);
    throw error;
  }
}

/** Reads a log and closes it, whatever happened. @throws CommandFailed when there is none, or it cannot be read */
export async function withLog<T>(folder: string | undefined, read: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await openLog(folder);
  try {
    return await read(store);
  } catch (error) {
    return storeTrouble(error);
  } finally {
    await store.close();
  }
}

/** The demo keeps its files in a folder of its own. */
const elsewhere = (data: string): string =>
  existsSync(join(data, 'demo', EVENTS_FILE))
    ? `that of the demo is in ${join(data, 'demo')}: name it with --data`
    : 'name its folder with --data';

/** Every event that is there now, in the order of the log. */
export const wholeLog = (store: Pick<EventStore, 'readAll'>): AsyncGenerator<StoredEvent, void> =>
  paged((after) => store.readAll({ limit: PAGE, ...(after && { after: after.position }) }));

/** The newest event of a log; null while it is empty. */
export type Head = Awaited<ReturnType<EventStore['head']>>;

/** The log up to what was its head: what comes later is left out. */
export async function* logUpTo(store: Pick<EventStore, 'readAll'>, head: Head): AsyncGenerator<StoredEvent, void> {
  if (!head) return;
  for await (const event of wholeLog(store)) {
    if (event.position > head.position) return;
    yield event;
  }
}

/** Every event that is there now, one whole stream after the other; null where the store cannot read so. */
export async function streamByStream(
  store: Pick<EventStore, 'readStreams' | 'head'>,
): Promise<AsyncIterable<StoredEvent> | null> {
  const upTo = store.readStreams && (await store.head())?.position;
  return upTo === undefined
    ? null
    : paged(async (after) => store.readStreams!({ upTo, limit: PAGE, ...(after && { after }) }));
}

async function* paged(
  read: (after: StoredEvent | undefined) => Promise<readonly StoredEvent[]>,
): AsyncGenerator<StoredEvent, void> {
  let last: StoredEvent | undefined;
  for (;;) {
    const page = await read(last);
    yield* page;
    last = page.at(-1);
    if (page.length < PAGE) return;
  }
}

/** What a store cannot do is told in one line. */
export function storeTrouble(error: unknown): never {
  if (isStoreError(error)) throw new CommandFailed(error.message, 3);
  throw error;
}

const isStoreError = (error: unknown): error is EventStoreError =>
  error instanceof Error && error.name === 'EventStoreError';
