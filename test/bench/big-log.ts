import { randomUUID } from 'node:crypto';
import { Chance } from '../../apps/cli/src/simulate/chance.js';
import { sampleLife } from '../../apps/cli/src/verify/sample-life.js';
import { hashOf, openSqliteStore, prevHashOf, type FrozenEvent, type StoredEvent } from '#event-store';

const SEEDS = 20;
const TOGETHER = 64;

/**
 * Writes a log of at least so many events: lives of a few months from the real doors, copied under other ids and hashed anew.
 * Answers how many events and streams it holds.
 */
export async function writeBigLog(file: string, events: number): Promise<{ events: number; streams: number }> {
  const lives: (readonly StoredEvent[])[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) lives.push(...episodesOf(await sampleLife(new Chance(seed))));
  const store = await openSqliteStore({ file });
  let written = 0;
  let streams = 0;
  while (written < events) {
    const copies = Array.from({ length: TOGETHER }, () => copyOf(lives[streams++ % lives.length]!));
    await Promise.all(
      copies.map(([first, ...rest]) =>
        store.append({ streamId: first!.streamId, expected: 'no-stream', events: [first!, ...rest] }),
      ),
    );
    written += copies.reduce((sum, copy) => sum + copy.length, 0);
  }
  await store.close();
  return { events: written, streams };
}

const episodesOf = (log: readonly StoredEvent[]): StoredEvent[][] => [
  ...Map.groupBy(
    log.filter(({ streamId }) => streamId.startsWith('episode-')),
    ({ streamId }) => streamId,
  ).values(),
];

function copyOf(life: readonly StoredEvent[]): FrozenEvent[] {
  const streamId = `episode-${randomUUID()}`;
  let prevHash = prevHashOf(streamId);
  return life.map((event) => {
    const hashable = { ...event, id: randomUUID(), streamId, prevHash };
    const hash = hashOf(hashable);
    prevHash = hash;
    return { ...hashable, hash };
  });
}
