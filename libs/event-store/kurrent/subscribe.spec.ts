import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Log } from '../../../test/standins/kurrentdb/log.js';
import { startStandIn, type StandIn } from '../../../test/standins/kurrentdb/server.js';
import type { FrozenEvent, StoredEvent } from '../envelope.js';
import type { EventStore, Notice } from '../port.js';
import { lastOf, sampleBatch } from '../samples.js';
import { follow, type Checkpoint } from '../tail.js';
import { openKurrentStore } from './open.js';

let server: StandIn;
let store: EventStore;
let ending: AbortController;
beforeEach(async () => {
  server = await startStandIn();
  store = await openKurrentStore({ connectionString: server.connectionString });
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await store.close();
  await server.stop();
});

async function fill(streamId: string, count: number, previous: FrozenEvent | null = null): Promise<FrozenEvent> {
  const batch = sampleBatch(
    streamId,
    previous,
    Array.from({ length: count }, () => ({})),
  );
  for (let attempt = 0; ; attempt += 1) {
    try {
      await store.append(batch);
      return lastOf(batch);
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/** Waits until it holds, for some time. */
async function until(enough: () => boolean): Promise<void> {
  for (let n = 0; !enough(); n += 1) {
    if (n === 1_500) throw new Error('it does not come about');
    await sleep(10);
  }
}

/** A subscription that goes on behind the test; `seen` grows. */
function subscribed(options: { prefixes?: string[]; after?: string } = {}) {
  const seen: Notice[] = [];
  const done = (async () => {
    for await (const notice of store.subscribe({ ...options, signal: ending.signal })) seen.push(notice);
  })();
  const events = (): StoredEvent[] => seen.flatMap((notice) => (notice.kind === 'events' ? notice.events : []));
  return { seen, done, events };
}
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);
const countOf = (seen: readonly Notice[], kind: Notice['kind']) => seen.filter((notice) => notice.kind === kind).length;

describe('a subscription', () => {
  it('that is dropped goes on where it was: nothing is lost, nothing comes twice', async () => {
    const { seen, events } = subscribed();
    let last = await fill('episode-1', 3);
    await until(() => events().length === 3);
    for (let n = 0; n < 3; n += 1) {
      server.dropSubscriptions();
      last = await fill('episode-1', 2, last);
      await until(() => events().length === 5 + 2 * n);
    }
    expect(idsOf(events())).toEqual(idsOf(await store.readAll()));
    expect(countOf(seen, 'caught-up')).toBeGreaterThan(1);
  });

  it('that the server resumes too early gives no event a second time', async () => {
    const { events } = subscribed();
    const last = await fill('episode-1', 6);
    await until(() => events().length === 6);
    server.faults.repeats = 4;
    server.dropSubscriptions();
    await fill('episode-1', 1, last);
    await until(() => events().length >= 7);
    expect(idsOf(events())).toEqual(idsOf(await store.readAll()));
  });

  it('that is accepted and never confirmed is taken up again', async () => {
    const impatient = await openKurrentStore({
      connectionString: server.connectionString,
      readTimeoutMillis: 1_000,
    });
    server.faults.silentReads = true;
    const next = impatient.subscribe({ signal: ending.signal })[Symbol.asyncIterator]().next();
    await sleep(500);
    server.faults.silentReads = false;
    expect(await next).toMatchObject({ value: { kind: 'caught-up' } });
    await impatient.close();
  });

  it('outlives a restart of the server', async () => {
    const { events } = subscribed({ prefixes: ['episode-'] });
    const last = await fill('episode-1', 2);
    await until(() => events().length === 2);
    await server.restart();
    await fill('patient-1', 1);
    await fill('episode-1', 1, last);
    await until(() => events().length === 3);
    expect(idsOf(events())).toEqual(idsOf(await store.readAll({ prefixes: ['episode-'] })));
  });

  it('of some prefixes tells how far the server looked while nothing matches, also when it is live', async () => {
    const { seen } = subscribed({ prefixes: ['patient-'] });
    await until(() => countOf(seen, 'caught-up') === 1);
    await fill('episode-1', 100);
    await until(() => countOf(seen, 'checkpoint') > 0);
    const [first] = seen.flatMap((notice) => (notice.kind === 'checkpoint' ? [notice.position] : []));
    expect(await store.at(first ?? '')).toMatchObject({ streamId: 'episode-1' });
  });

  it('whose reader is slow is given no more than a little ahead, also of what is rare, and all of it in the end', async () => {
    const many = 6_000;
    await fill('patient-0', 1);
    const [like] = server.log.stream('patient-0') ?? [];
    const more = (streamId: string, count: number): void => {
      const events = Array.from({ length: count }, () => ({ ...like!, id: randomUUID() }));
      server.log.append(streamId, 'no-stream', events);
    };
    for (let n = 1; n < many; n += 1) {
      more(`episode-${n}`, 3);
      more(`patient-${n}`, 1);
    }
    const notices = store.subscribe({ prefixes: ['patient-'], signal: ending.signal })[Symbol.asyncIterator]();
    let taken = 0;
    const take = async (): Promise<void> => {
      const { value } = await notices.next();
      if (value?.kind === 'events') taken += value.events.length;
    };
    await take();
    for (let before = -1; before !== server.seen.delivered; await sleep(500)) before = server.seen.delivered;
    expect(server.seen.delivered).toBeLessThan(many / 2);
    while (taken < many) await take();
  });

  it('breaks, and is not resumed, when the log under it went another way', async () => {
    const { done, events } = subscribed();
    await fill('episode-1', 3);
    await until(() => events().length === 3);
    await server.restart(new Log());
    await expect(done).rejects.toEqual(expect.objectContaining({ code: 'tampered' }));
  });

  it('of a store that is closed breaks', async () => {
    const { done, seen } = subscribed();
    await until(() => countOf(seen, 'caught-up') === 1);
    await store.close();
    await expect(done).rejects.toEqual(expect.objectContaining({ code: 'unavailable' }));
  });
});

/** A consumer that keeps the ids of what it was given; `failures` counts what it waited out. */
function consumer() {
  let checkpoint: Checkpoint | null = null;
  const was = { applied: [] as string[], rewound: 0, failures: 0 };
  const following = follow({
    store,
    signal: ending.signal,
    load: () => checkpoint,
    apply: async (events, at) => {
      was.applied.push(...idsOf(events));
      checkpoint = at;
    },
    onRewound: async () => {
      was.rewound += 1;
      was.applied = [];
      checkpoint = null;
    },
    onError: () => void (was.failures += 1),
  });
  return { was, following };
}

it('a consumer starts again from the beginning when the log was replaced', async () => {
  const { was, following } = consumer();
  await fill('episode-1', 3);
  await until(() => was.applied.length === 3);
  await server.restart(new Log());
  await fill('episode-2', 2);
  await until(() => was.rewound === 1 && was.applied.length === 2);
  expect(was.applied).toEqual(idsOf(await store.readAll()));
  ending.abort();
  await following;
});

it('a subscription takes a place that cannot be read for no other log, however often it fails', async () => {
  const { was, following } = consumer();
  const last = await fill('episode-1', 3);
  await until(() => was.applied.length === 3);
  server.faults.placedReads = { code: status.UNKNOWN, details: 'the disk' };
  server.dropSubscriptions();
  const { reads } = server.seen;
  await fill('episode-1', 2, last);
  await until(() => server.seen.reads > reads + 4);
  server.faults.placedReads = null;
  await until(() => was.applied.length === 5);
  expect(was).toEqual({ applied: idsOf(await store.readAll()), rewound: 0, failures: 0 });
  ending.abort();
  await following;
});
