import { openSqliteStore } from '#event-store';
import { countingOn } from '../progress.js';
import { ChainCheck } from '../verify/chain-check.js';
import { wholeLog } from '../verify/log-file.js';
import type { Manifest } from './manifest.js';

/** Reads a whole log and says what it holds, and whether every stream's hash chain is intact. */
export async function checkLog(file: string): Promise<Manifest['log']> {
  const store = await openSqliteStore({ file, readOnly: true });
  const progress = countingOn(process.stderr, 'events checked');
  const chain = new ChainCheck();
  let events = 0;
  let broken = 0;
  try {
    for await (const event of wholeLog(store)) {
      events += 1;
      if (chain.take(event) !== null) broken += 1;
      progress.step();
    }
    progress.done();
    return { head: await store.head(), events, streams: chain.streams, chain: broken === 0 ? 'intact' : 'broken' };
  } finally {
    await store.close();
  }
}
