import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openMemoryStore, openSqliteStore } from '#event-store';
import { compile } from '../../workflows/simulation/fake-temporal.js';
import { openingOf } from './clinic/clinic.js';
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
const openFile = () => openSqliteStore({ file: join(folder, `${(files += 1)}.db`) });
const openMemory = async () => openMemoryStore();

const sealing = sealingCodec();
const plain = plainCodec();
const workflow = compile(plantedInWorkflow());
const complete: Stage = {
  lawsEveryDays,
  codec: sealing,
  opening: await openingOf(sealing),
  openStore: openMemory,
  workflow,
};
const quick: Stage = {
  lawsEveryDays,
  codec: plain,
  opening: await openingOf(plain),
  openStore: openMemory,
  workflow: null,
};
const durable: Stage = { ...complete, openStore: openFile, workflow: null };

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
