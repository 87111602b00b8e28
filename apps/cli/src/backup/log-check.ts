import { keyNames } from '#access';
import { openSqliteStore, type StoredEvent } from '#event-store';
import { countingOn } from '../progress.js';
import { ChainCheck } from '../verify/chain-check.js';
import { wholeLog } from '../verify/log-file.js';
import type { Manifest } from './manifest.js';

/** What a log and the key store beside it hold: read whole, every link of every hash chain checked, every key looked up. `each` sees every event. */
export async function checkCopies(
  log: string,
  keys: string,
  each: (event: StoredEvent) => void = () => undefined,
): Promise<Pick<Manifest, 'log' | 'keys'>> {
  const store = await openSqliteStore({ file: log, readOnly: true });
  const progress = countingOn(process.stderr, 'events checked');
  const chain = new ChainCheck();
  const needed = new Set<string>();
  let events = 0;
  let broken = 0;
  try {
    for await (const event of wholeLog(store)) {
      events += 1;
      each(event);
      if (chain.take(event) !== null) broken += 1;
      if (event.body.sealed) needed.add(event.body.sealed.kid);
      progress.step();
    }
    progress.done();
    const head = await store.head();
    return {
      log: { head, events, streams: chain.streams, chain: broken === 0 ? 'intact' : 'broken' },
      keys: countsOf(keys, needed),
    };
  } finally {
    await store.close();
  }
}

function countsOf(file: string, needed: ReadonlySet<string>): Manifest['keys'] {
  const names = keyNames(file);
  const destroyed = names.filter(({ isDestroyed }) => isDestroyed).length;
  const held = new Set(names.map(({ kid }) => kid));
  return { keys: names.length - destroyed, destroyed, missing: needed.difference(held).size };
}
