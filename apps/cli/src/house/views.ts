import { join } from 'node:path';
import { openReadModels, UnusableDatabase, type ReadModels } from '#read-models';
import type { OpenRuntime } from '#runtime';
import { CommandFailed } from '../command.js';

/** Names the database of the read models; without it they are files of the data folder. */
const VARIABLE = 'FOLLOWTHROUGH_READ_MODELS';

/** The views, opened and following the log. @throws CommandFailed when their database cannot be used */
export async function openViews(
  { dataDir, store, codec, clock }: OpenRuntime,
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): Promise<ReadModels> {
  try {
    const views = openReadModels({ file: join(dataDir, 'read.db'), database: env[VARIABLE], store, codec, clock });
    await views.start();
    const { state, error } = await views.status();
    if (state === 'waiting')
      warn(`the read models wait for their database (${error?.name ?? 'unknown'}); follow-ups are raised all the same`);
    return views;
  } catch (error) {
    if (error instanceof UnusableDatabase) throw new CommandFailed(`${VARIABLE}: ${error.message}`, 2);
    throw error;
  }
}
