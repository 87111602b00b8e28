import { join } from 'node:path';
import { DatabaseAway, NotComparable, UnusableDatabase } from '#read-models';
import { CommandFailed } from './command.js';
import { READ_MODELS, settingOf } from './house/settings.js';

/** Where the views of a data folder are kept. */
export const viewsAt = (data: string, env: NodeJS.ProcessEnv): { file: string; database: string | undefined } => ({
  file: join(data, 'read.db'),
  database: settingOf(env, READ_MODELS),
});

/** Runs something with the views; what is wrong with their database is said in one line. @throws CommandFailed */
export async function withViews<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UnusableDatabase) throw new CommandFailed(`${READ_MODELS}: ${error.message}`, 2);
    if (error instanceof DatabaseAway || error instanceof NotComparable) throw new CommandFailed(error.message, 3);
    throw error;
  }
}
