import { EventStoreError } from '#event-store';
import { NotShared, openRuntime, type OpenRuntime, type RuntimeOptions } from '#runtime';
import { CommandFailed } from '../command.js';
import { LOG, settingOf } from './settings.js';

/** The runtime upon the log that the environment names. @throws CommandFailed when that log, or the one in the data folder, cannot be used */
export async function openNamedRuntime(options: Omit<RuntimeOptions, 'log'>): Promise<OpenRuntime> {
  const log = settingOf(options.env, LOG);
  try {
    return await openRuntime({ ...options, log });
  } catch (error) {
    if (error instanceof NotShared) throw new CommandFailed(`${LOG}: ${error.message}`, 2);
    if (!(error instanceof EventStoreError)) throw error;
    if (log === undefined) throw new CommandFailed(`the log in ${options.dataDir} cannot be used: ${error.message}`, 3);
    throw new CommandFailed(`${LOG}: ${error.message}`, error.code === 'invalid' ? 2 : 3);
  }
}
