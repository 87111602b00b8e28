import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrozenEvent, StoredEvent } from './envelope.js';
import { openMemoryStore } from './memory.js';
import type { EventStore } from './port.js';
import { lastOf, sampleBatch } from './samples.js';
import { follow, type Checkpoint, type Follower } from './tail.js';

async function fill(
  store: EventStore,
  streamId: string,
  count: number,
  previous: FrozenEvent | null = null,
): Promise<FrozenEvent> {
  let last = previous;
  for (let n = 0; n < count; n += 1) {
    const batch = sampleBatch(streamId, last);
    await store.append(batch);
    last = lastOf(batch);
  }
  if (!last) throw new Error('nothing to append');
  return last;
}

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; !condition(); n += 1) {
    if (n > 1_000) throw new Error('it never happened');
    await sleep(2);
  }
}

/** A consumer that keeps its events and its checkpoint, as a projection does. */
function consumer(store: EventStore, changes: Partial<Follower> = {}) {
  const ending = new AbortController();
  const seen = {
    ids: [] as string[],
    checkpoint: null as Checkpoint | null,
    caughtUp: 0,
    rewound: 0,
    errors: [] as unknown[],
    attempts: [] as number[],
    empty: 0,
  };
  const follower: Follower = {
    store,
    signal: ending.signal,
    load: () => seen.checkpoint,
    apply: async (events, checkpoint) => {
      if (events.length === 0) seen.empty += 1;
      seen.ids.push(...events.map(({ id }) => id));
      seen.checkpoint = checkpoint;
    },
    onRewound: async () => {
      seen.rewound += 1;
      seen.ids = [];
      seen.checkpoint = null;
    },
    onCaughtUp: () => void (seen.caughtUp += 1),
    onError: (error, attempt) => {
      seen.errors.push(error);
      seen.attempts.push(attempt);
    },
    backoff: { firstMillis: 1, longestMillis: 4 },
    ...changes,
  };
  return { seen, follower, run: () => follow(follower), stop: () => ending.abort() };
}

const idsIn = async (store: EventStore) => (await store.readAll()).map(({ id }: StoredEvent) => id);

describe('following the log', () => {
  it('applies everything in order, then what comes, and ends with the signal', async () => {
    const store = openMemoryStore();
    const last = await fill(store, 'episode-1', 12);
    const { seen, run, stop } = consumer(store, { batchSize: 5 });
    const running = run();
    await until(() => seen.caughtUp === 1);
    await fill(store, 'episode-1', 3, last);
    await until(() => seen.ids.length === 15);
    stop();
    await running;
    expect(seen.ids).toEqual(await idsIn(store));
    expect(seen.checkpoint).toEqual(await store.head());
    expect(seen.errors).toEqual([]);
  });

  it('hands over in one batch what was recorded while it rested', async () => {
    const store = openMemoryStore();
    const last = await fill(store, 'episode-1', 1);
    const batches: number[] = [];
    const { seen, follower, stop } = consumer(store, { restMs: () => 150 });
    const running = follow({
      ...follower,
      apply: async (events, checkpoint) => {
        batches.push(events.length);
        await follower.apply(events, checkpoint);
      },
    });
    await until(() => seen.caughtUp === 1);
    let next = last;
    for (let n = 0; n < 5; n += 1) {
      next = await fill(store, 'episode-1', 1, next);
      await sleep(1);
    }
    await until(() => seen.ids.length === 6);
    stop();
    await running;
    expect(batches).toEqual([1, 5]);
  });

  it('goes on from its checkpoint after a restart', async () => {
    const store = openMemoryStore();
    const last = await fill(store, 'episode-1', 4);
    const first = consumer(store);
    const running = first.run();
    await until(() => first.seen.caughtUp === 1);
    first.stop();
    await running;
    await fill(store, 'episode-1', 4, last);
    const second = consumer(store);
    second.seen.checkpoint = first.seen.checkpoint;
    const again = second.run();
    await until(() => second.seen.caughtUp === 1);
    second.stop();
    await again;
    expect(second.seen.rewound).toBe(0);
    expect([...first.seen.ids, ...second.seen.ids]).toEqual(await idsIn(store));
  });

  it('tries a failing batch again, with ever longer pauses, and misses and skips nothing', async () => {
    const store = openMemoryStore();
    await fill(store, 'episode-1', 6);
    let failures = 5;
    const { seen, follower, stop } = consumer(store, { batchSize: 2 });
    const running = follow({
      ...follower,
      apply: async (events, checkpoint) => {
        if (seen.ids.length === 2 && failures-- > 0) throw new Error('the read model is away');
        await follower.apply(events, checkpoint);
      },
    });
    await until(() => seen.caughtUp === 1);
    stop();
    await running;
    expect(seen.ids).toEqual(await idsIn(store));
    expect(seen.attempts).toEqual([1, 2, 3, 4, 5]);
  });

  it('survives a store that is away for a while', async () => {
    const store = openMemoryStore();
    await fill(store, 'episode-1', 3);
    let away = 3;
    const flaky: EventStore = {
      ...store,
      subscribe: (options) => {
        if (away-- > 0) throw new Error('no connection');
        return store.subscribe(options);
      },
    };
    const { seen, run, stop } = consumer(flaky);
    const running = run();
    await until(() => seen.caughtUp === 1);
    stop();
    await running;
    expect(seen.ids).toEqual(await idsIn(store));
    expect(seen.errors).toHaveLength(3);
  });

  it('notices that the log was restored or replaced under its checkpoint, and starts from the beginning', async () => {
    const restored = openMemoryStore();
    await fill(restored, 'episode-1', 3);
    const positions = (await restored.readAll()).map(({ position }) => position);
    const other = { position: positions[1] ?? '', hash: '00'.repeat(32) };
    const beyond = { position: '00000000000000000099', hash: '00'.repeat(32) };
    for (const checkpoint of [other, beyond]) {
      const { seen, run, stop } = consumer(restored);
      seen.checkpoint = checkpoint;
      seen.ids.push('from the log that was');
      const running = run();
      await until(() => seen.caughtUp === 1);
      stop();
      await running;
      expect(seen.rewound).toBe(1);
      expect(seen.ids).toEqual(await idsIn(restored));
    }
  });

  it('moves its checkpoint past streams it does not want', async () => {
    const store = openMemoryStore();
    await fill(store, 'patient-1', 1);
    await fill(store, 'episode-1', 5);
    const { seen, run, stop } = consumer(store, { prefixes: ['patient-'] });
    const running = run();
    await until(() => seen.caughtUp === 1);
    stop();
    await running;
    expect(seen.ids).toHaveLength(1);
    expect(seen.empty).toBeGreaterThan(0);
    expect(seen.checkpoint).toEqual(await store.head());
  });

  it('finishes the batch in hand when it is told to stop, and pauses no longer', async () => {
    const store = openMemoryStore();
    await fill(store, 'episode-1', 1);
    const { seen, follower, stop } = consumer(store);
    const running = follow({
      ...follower,
      apply: async (events, checkpoint) => {
        stop();
        await sleep(20);
        await follower.apply(events, checkpoint);
      },
    });
    await running;
    expect(seen.ids).toHaveLength(1);
    const failing = consumer(store, {
      apply: () => Promise.reject(new Error('away')),
      backoff: { firstMillis: 60_000, longestMillis: 60_000 },
    });
    const ended = failing.run();
    await until(() => failing.seen.errors.length === 1);
    failing.stop();
    await ended;
  });
});
