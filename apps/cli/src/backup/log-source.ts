import { join } from 'node:path';
import { copyLog, START, writeLog, type StoredEvent } from '#event-store';
import { countingOn, progressOn } from '../progress.js';
import { logUpTo, withLog, type Head } from '../verify/log-file.js';
import { EVENTS } from './contents.js';

/** Makes a file of the log, as it stood when it was asked, out of the empty one at `to`; answers where it ended. */
export type LogSource = (to: string) => Promise<Head>;

/** The log of a data folder: row by row, at the same positions. */
export const logOfFolder =
  (data: string): LogSource =>
  async (to) => {
    const head = await withLog(data, (store) => store.head());
    const progress = progressOn(process.stderr, 'events copied');
    await copyLog({ from: join(data, EVENTS.inData), to, through: head?.position ?? START, progress });
    return head;
  };

/** The log that the environment names, event by event. */
export const logOfServer: LogSource = (to) =>
  withLog(undefined, async (store) => {
    const head = await store.head();
    await writeLog(counted(logUpTo(store, head)), to);
    return head;
  });

async function* counted(events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent, void> {
  const progress = countingOn(process.stderr, 'events copied');
  for await (const event of events) {
    progress.step();
    yield event;
  }
  progress.done();
}
