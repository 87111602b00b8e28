import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openMemoryStore, openSqliteStore, type EventStore, type StoredEvent } from '#event-store';
import { compile } from '../../workflows/simulation/fake-temporal.js';
import { batchesOf, openingOf } from './clinic/clinic.js';
import { plainCodec, sealingCodec } from './clinic/plain-codec.js';
import { Life, type Stage } from './life.js';
import { plantedInWorkflow } from './bugs/planted.js';
import type { ThreadData, ToThread } from './run.js';

/** One thread of a run: lives the lives it is told to. */
const { seed, store, whole, lawsEveryDays } = workerData as ThreadData;
/** Every so manieth life is lived with everything that ships: sealing, schemas, the workflow itself, the due index in SQL. */
const WHOLE_EVERY = 20;

const folder = mkdtempSync(join(tmpdir(), 'followthrough-simulation-'));
let files = 0;
async function openFile(opening: readonly StoredEvent[]): Promise<EventStore> {
  const file = await openSqliteStore({ file: join(folder, `${(files += 1)}.db`) });
  for (const batch of batchesOf(opening)) await file.append(batch);
  return file;
}

const sealing = sealingCodec();
const plain = plainCodec();
const workflow = compile(plantedInWorkflow());
const sealedOpening = await openingOf(sealing);
const plainOpening = await openingOf(plain);
const complete: Stage = {
  lawsEveryDays,
  codec: sealing,
  openStore: async () => openMemoryStore(sealedOpening),
  workflow,
  waitsForReal: true,
};
const quick: Stage = {
  lawsEveryDays,
  codec: plain,
  openStore: async () => openMemoryStore(plainOpening),
  workflow: null,
  waitsForReal: false,
};
const durable: Stage = { ...complete, openStore: () => openFile(sealedOpening), workflow: null };

const stageOf = (episode: number): Stage => {
  if (store === 'sqlite') return durable;
  return whole || episode % WHOLE_EVERY === WHOLE_EVERY - 1 ? complete : quick;
};

parentPort!.on('message', (message: ToThread) => {
  if (message === 'end') {
    rmSync(folder, { recursive: true, force: true });
    parentPort!.close();
  } else {
    void new Life(stageOf(message.episode), seed, message.episode)
      .live()
      .then((report) => parentPort!.postMessage(report));
  }
});
