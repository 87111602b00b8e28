import { join } from 'node:path';
import {
  openReadModels,
  UnusableDatabase,
  watchReadModels,
  type ReadModels,
  type WatchedReadModels,
} from '#read-models';
import type { OpenRuntime } from '#runtime';
import { CommandFailed } from '../command.js';
import { READ_MODELS, settingOf } from './settings.js';

type Parts = Pick<OpenRuntime, 'dataDir' | 'store' | 'codec' | 'clock'>;

/** The views, opened and following the log. @throws CommandFailed when their database cannot be used */
export async function openViews(
  { dataDir, store, codec, clock }: Parts,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): Promise<ReadModels> {
  const database = settingOf(env, READ_MODELS);
  const make = () => openReadModels({ file: join(dataDir, 'read.db'), database, store, codec, clock });
  return started(make, (why) =>
    warn(`the read models wait for their database (${why}); follow-ups are raised all the same`),
  );
}

/** The views that another process keeps. @throws CommandFailed when their database cannot be used */
export async function watchViews(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): Promise<WatchedReadModels> {
  const database = settingOf(env, READ_MODELS);
  return started(
    () => watchReadModels({ database, store, clock }),
    (why) => warn(`the read models are not there yet (${why})`),
  );
}

async function started<V extends WatchedReadModels>(make: () => V, waits: (why: string) => void): Promise<V> {
  try {
    const views = make();
    await views.start();
    const { state, error } = await views.status();
    if (state === 'waiting') waits(error?.name ?? 'unknown');
    return views;
  } catch (error) {
    if (error instanceof UnusableDatabase) throw new CommandFailed(`${READ_MODELS}: ${error.message}`, 2);
    throw error;
  }
}
