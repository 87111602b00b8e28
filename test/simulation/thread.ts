import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { compile } from '../../workflows/simulation/fake-temporal.js';
import { plantedInWorkflow } from './bugs/planted.js';
import { Life, type Stage } from './life.js';
import type { ThreadData, ToThread } from './run.js';
import { durableStage, quickStage, wholeStage } from './stages.js';

/** One thread of a run: lives the lives it is told to. */
const { seed, store, whole, lawsEveryDays } = workerData as ThreadData;
/** Every so manieth life is lived with everything that ships. */
const WHOLE_EVERY = 20;

const folder = mkdtempSync(join(tmpdir(), 'followthrough-simulation-'));
const stageOf = store === 'sqlite' ? await onFiles() : await inMemory();

async function onFiles(): Promise<(episode: number) => Stage> {
  const durable = await durableStage(lawsEveryDays, folder);
  return () => durable;
}

async function inMemory(): Promise<(episode: number) => Stage> {
  const complete = await wholeStage(lawsEveryDays, compile(plantedInWorkflow()));
  const quick = await quickStage(lawsEveryDays);
  return (episode) => (whole || episode % WHOLE_EVERY === WHOLE_EVERY - 1 ? complete : quick);
}

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
