import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryKeys, openMemoryStore, type EventStore } from '#event-store';
import { fixedClock } from './clock.js';
import { createDoor } from './handle.js';
import { RETRIES } from './retries.js';
import { StreamFold } from './stream-fold.js';
import { asked, tally, tallyCodec } from './testing/tally.js';

const definition = tally();
let store: EventStore;
let reads: number[];
let fold: StreamFold<number>;
let meanwhile: () => void | Promise<void>;

beforeEach(async () => {
  store = openMemoryStore();
  reads = [];
  const door = createDoor({ store, codec: tallyCodec(memoryKeys()), clock: fixedClock('2026-03-02T15:00:00Z') });
  for (const stream of ['tally-a', 'tally-b', 'tally-c']) {
    await door.handleAll(
      definition,
      stream,
      Array.from({ length: 4 }, () => asked({ type: 'Mark' })),
    );
  }
  const counting: Pick<EventStore, 'readStream'> = {
    readStream: async (...asking) => {
      const page = await store.readStream(...asking);
      reads.push(page.length);
      await meanwhile();
      return page;
    },
  };
  meanwhile = () => undefined;
  const count = ({ value }: { value: number }, events: readonly unknown[]): number => value + events.length;
  fold = new StreamFold({ store: counting, retries: RETRIES, empty: 0, fold: count, remembered: 2 });
});

describe('a fold of streams', () => {
  it('reads a stream it remembers from its last event on', async () => {
    expect([(await fold.read('tally-a')).value, (await fold.read('tally-a')).value]).toEqual([4, 4]);
    expect(reads).toEqual([4, 1]);
  });

  it('remembers a bounded number, those used last', async () => {
    for (const stream of ['tally-a', 'tally-b', 'tally-a', 'tally-c', 'tally-a', 'tally-b']) await fold.read(stream);
    expect(reads).toEqual([4, 4, 1, 4, 1, 4]);
  });

  it('forgets when it is told to', async () => {
    await fold.read('tally-a');
    fold.forget();
    await fold.read('tally-a');
    expect(reads).toEqual([4, 4]);
  });

  it('does not remember what a read still holds of before it was told to forget', async () => {
    meanwhile = () => fold.forget();
    const read = await fold.read('tally-a');
    expect(fold.recall('tally-a')).toBeNull();
    fold.append('tally-a', read, await store.readStream('tally-b'));
    expect(fold.recall('tally-a')).toBeNull();
  });

  it('keeps what was read since it was told to forget', async () => {
    meanwhile = async () => {
      meanwhile = () => undefined;
      fold.forget();
      await fold.read('tally-a');
    };
    await fold.read('tally-a');
    expect(fold.recall('tally-a')?.value).toBe(4);
  });

  it('does not remember what does not exist', async () => {
    expect(await fold.read('tally-z')).toMatchObject({ value: 0, last: null });
  });
});
