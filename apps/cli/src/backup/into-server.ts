import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteStore, openStore } from '#event-store';
import { CommandFailed } from '../command.js';
import { LOG } from '../house/settings.js';
import { migrate } from '../migrate-log/migrate.js';
import { progressOn } from '../progress.js';
import { withLog } from '../verify/log-file.js';
import { EVENTS } from './contents.js';

/** Nothing is restored on top of another log. @throws CommandFailed when the one that the environment names holds anything, or is not to be had */
export async function assertEmptyLog(): Promise<void> {
  if ((await withLog(undefined, (store) => store.head())) !== null)
    throw new CommandFailed(`the log that ${LOG} names is not empty: name one that is, or a folder with --data`, 2);
}

/**
 * Moves the log of a restored folder to where the environment says it belongs. The file goes once both hold the same, event by event.
 * @throws CommandFailed that names the call which goes on
 */
export async function moveLog(data: string, log: string): Promise<void> {
  const file = join(data, EVENTS.inData);
  try {
    await using opened = new AsyncDisposableStack();
    const from = await openSqliteStore({ file, readOnly: true });
    opened.defer(() => from.close());
    const to = await openStore(log);
    opened.defer(() => to.close());
    const progress = progressOn(process.stderr, 'events moved');
    await migrate({
      ...{ from, to },
      told: (stage, done, all) => (stage === 'copied' && all > 0 ? progress(done, all) : undefined),
    });
  } catch (error) {
    throw new CommandFailed(
      `${data} is restored, its log is not where ${LOG} says (${(error as Error).message}): followthrough migrate-log --from sqlite:${file} --to <log> goes on; then remove the file`,
      3,
    );
  }
  for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true });
}
