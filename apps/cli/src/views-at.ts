import { join } from 'node:path';
import { DatabaseAway, NotComparable, UnusableDatabase } from '#read-models';
import { CommandFailed } from './command.js';

/** Names the database of the read models; without it they are files of the data folder. */
export const READ_MODELS_VARIABLE = 'FOLLOWTHROUGH_READ_MODELS';

/** Where the views of a data folder are kept. */
export const viewsAt = (data: string, env: NodeJS.ProcessEnv): { file: string; database: string | undefined } => ({
  file: join(data, 'read.db'),
  database: env[READ_MODELS_VARIABLE],
});

/** Runs something with the views; what is wrong with their database is said in one line. @throws CommandFailed */
export async function withViews<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UnusableDatabase) throw new CommandFailed(`${READ_MODELS_VARIABLE}: ${error.message}`, 2);
    if (error instanceof DatabaseAway || error instanceof NotComparable) throw new CommandFailed(error.message, 3);
    throw error;
  }
}
