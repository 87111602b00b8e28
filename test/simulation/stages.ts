import { join } from 'node:path';
import { openMemoryStore, openSqliteStore, type EventStore, type StoredEvent } from '#event-store';
import { batchesOf, openingOf } from './clinic/clinic.js';
import { plainCodec, sealingCodec } from './clinic/plain-codec.js';
import type { Stage } from './life.js';

/** What most lives are lived in: nothing is sealed, timers and a list stand for the workflow and the due index. */
export const quickStage = (lawsEveryDays: number): Promise<Stage> =>
  inMemory({ lawsEveryDays, codec: plainCodec(), workflow: null, waitsForReal: false });

/** With everything that ships: sealing, schemas, the workflow itself, the due index in SQL. */
export const wholeStage = (lawsEveryDays: number, workflow: string): Promise<Stage> =>
  inMemory({ lawsEveryDays, codec: sealingCodec(), workflow, waitsForReal: true });

async function inMemory(stage: Omit<Stage, 'openStore'>): Promise<Stage> {
  const opening = await openingOf(stage.codec);
  return { ...stage, openStore: async () => openMemoryStore(opening) };
}

/** On the store that ships, a file in this folder for each life. */
export async function durableStage(lawsEveryDays: number, folder: string): Promise<Stage> {
  const codec = sealingCodec();
  const opening = await openingOf(codec);
  let files = 0;
  return {
    ...{ lawsEveryDays, codec, workflow: null, waitsForReal: true },
    openStore: () => openFile(join(folder, `${(files += 1)}.db`), opening),
  };
}

async function openFile(file: string, opening: readonly StoredEvent[]): Promise<EventStore> {
  const store = await openSqliteStore({ file });
  for (const batch of batchesOf(opening)) await store.append(batch);
  return store;
}
