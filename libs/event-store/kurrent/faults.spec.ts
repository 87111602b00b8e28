import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Log } from '../../../test/standins/kurrentdb/log.js';
import { startStandIn, type StandIn, type StandInOptions } from '../../../test/standins/kurrentdb/server.js';
import { verifyChain } from '../contract.js';
import type { EventStore, EventStoreErrorCode, FrozenBatch } from '../port.js';
import { lastOf, sampleBatch } from '../samples.js';
import { openKurrentStore, type KurrentStoreOptions } from './open.js';

/** For what is to be answered, however busy the machine, and for what never is. */
const PATIENCE_MS = 20_000;
const IMPATIENCE_MS = 1_000;
const isCode = (code: EventStoreErrorCode) => expect.objectContaining({ code });

let server: StandIn;
let store: EventStore;
const toClose: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  server = await started();
  store = await opened(server);
});
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

async function started(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = await startStandIn(options);
  toClose.push(() => standIn.stop());
  return standIn;
}

async function opened(
  { connectionString }: Pick<StandIn, 'connectionString'>,
  timeouts: Partial<KurrentStoreOptions> = {},
): Promise<EventStore> {
  const patient = { appendTimeoutMillis: PATIENCE_MS, readTimeoutMillis: PATIENCE_MS };
  const opening = await openKurrentStore({ connectionString, ...patient, ...timeouts });
  toClose.push(() => opening.close());
  return opening;
}

/** Sends a batch until it is known to be there, as the door does. */
async function sent(batch: FrozenBatch, to: EventStore = store): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await to.append(batch);
    } catch (error) {
      const { code } = error as { code: EventStoreErrorCode };
      if (attempt > 100 || (code !== 'outcome-unknown' && code !== 'unavailable')) throw error;
      await sleep(50);
    }
  }
}

describe('an append', () => {
  const first = sampleBatch('episode-1', null, [{}, {}]);
  const second = sampleBatch('episode-1', lastOf(first), [{}, {}, {}]);
  beforeEach(() => store.append(first));

  /** The second batch is there once, whole, and sending it again says so each time. */
  async function thereOnce(): Promise<void> {
    const appended = await sent(second);
    expect(appended).toMatchObject({ revision: 4 });
    expect(await store.append(second)).toEqual(appended);
    const events = await store.readStream('episode-1');
    expect(events.map(({ id }) => id)).toEqual([...first.events, ...second.events].map(({ id }) => id));
    expect(events.at(-1)?.position).toBe((appended as { position: string }).position);
    expect(verifyChain(events)).toEqual([]);
  }

  it('whose answer is lost has an unknown outcome, and is there once when it is sent again', async () => {
    const impatient = await opened(server, { appendTimeoutMillis: IMPATIENCE_MS });
    server.faults.next('lose-answer');
    await expect(impatient.append(second)).rejects.toEqual(isCode('outcome-unknown'));
    await thereOnce();
  });

  it('whose call breaks after the commit has an unknown outcome, and is there once when it is sent again', async () => {
    server.faults.next('break-after-commit', 'break-after-commit');
    await expect(store.append(second)).rejects.toEqual(isCode('outcome-unknown'));
    await thereOnce();
  });

  it.each(['break-before-commit', 'break-mid-batch'] as const)(
    'that suffers a %s has an unknown outcome, leaves nothing, and is there once when it is sent again',
    async (fault) => {
      server.faults.next(fault);
      await expect(store.append(second)).rejects.toEqual(isCode('outcome-unknown'));
      expect(await store.readStream('episode-1')).toHaveLength(2);
      await thereOnce();
    },
  );

  it('that travels in parts and breaks between two leaves nothing, and is there once when it is sent again', async () => {
    const large = sampleBatch(
      'episode-2',
      null,
      Array.from({ length: 4 }, () => ({ text: 'x'.repeat(900 * 1024) })),
    );
    server.faults.next('break-mid-batch');
    await expect(store.append(large)).rejects.toEqual(isCode('outcome-unknown'));
    expect(server.log.stream('episode-2')).toBeNull();
    expect(await sent(large)).toMatchObject({ revision: 3 });
    expect(server.log.stream('episode-2')).toHaveLength(4);
  });

  it('that a slow leader commits after it was sent again is there once', async () => {
    const impatient = await opened(server, { appendTimeoutMillis: IMPATIENCE_MS });
    server.faults.next({ delayMs: IMPATIENCE_MS + 1_000 });
    await expect(impatient.append(second)).rejects.toEqual(isCode('outcome-unknown'));
    await thereOnce();
    await sleep(1_500);
    await thereOnce();
  });

  it('of other content under ids that were written unseen is refused', async () => {
    const impatient = await opened(server, { appendTimeoutMillis: IMPATIENCE_MS });
    server.faults.next('lose-answer');
    await expect(impatient.append(second)).rejects.toEqual(isCode('outcome-unknown'));
    const [one, ...rest] = second.events;
    const changed = sampleBatch('episode-1', lastOf(first), [{ a: 1 }], { id: one.id });
    await expect(store.append(changed)).rejects.toEqual(isCode('invalid'));
    expect(rest).toHaveLength(2);
  });

  it('to a follower is refused with nothing written, and goes to the leader next', async () => {
    const leader = await started();
    server.faults.leader = { host: '127.0.0.1', port: leader.port };
    const batch = sampleBatch('episode-1', null);
    await expect(store.append(batch)).rejects.toEqual(isCode('unavailable'));
    expect(await sent(batch)).toMatchObject({ revision: 0 });
    expect(leader.log.stream('episode-1')).toHaveLength(1);
    expect(server.log.stream('episode-1')).toHaveLength(2);
    expect(await store.readStream('episode-1')).toMatchObject(batch.events);
  });

  it('requires the leader', async () => {
    await store.append(second);
    expect(server.seen).toMatchObject({ batchAppends: 2, appendsForLeader: 2 });
  });

  it('goes one call each to a server that knows no other way', async () => {
    const old = await started({ batchAppend: false });
    const there = await opened(old);
    await there.append(first);
    old.faults.next('break-before-commit', 'break-mid-batch', 'break-after-commit');
    for (let n = 0; n < 3; n += 1) await expect(there.append(second)).rejects.toEqual(isCode('outcome-unknown'));
    expect(await there.append(second)).toMatchObject({ revision: 4 });
    expect(await there.readStream('episode-1')).toHaveLength(5);
    expect(old.seen).toMatchObject({ appends: 4, batchAppends: 0 });
  });

  it('to a stream this process has read or written reads nothing', async () => {
    await store.readStream('episode-2');
    await store.append(second);
    const { reads } = server.seen;
    await store.append(sampleBatch('episode-1', lastOf(second)));
    await store.append(sampleBatch('episode-2', null));
    expect(server.seen.reads).toBe(reads);
  });

  it('while there is no server was never sent, and is there once when one answers', async () => {
    await server.stop();
    await expect(store.append(second)).rejects.toEqual(isCode('unavailable'));
    server = await started({ port: server.port });
    await sent(first);
    await thereOnce();
  });
});

describe('a server that restarts', () => {
  it('has everything that was acknowledged, and takes more', async () => {
    const batches = Array.from({ length: 40 }, (_, n) => sampleBatch(`episode-${n % 4}-${n}`, null, [{}, {}]));
    const sending = batches.map((batch) => sent(batch));
    await sending[0];
    await server.restart();
    await Promise.all(sending);
    for (const batch of batches) expect(await store.readStream(batch.streamId)).toMatchObject(batch.events);
    expect(await store.readAll()).toHaveLength(80);
    await expect(store.health()).resolves.toBeUndefined();
  });

  it('with another history takes no batch that follows the old one', async () => {
    const first = sampleBatch('episode-1', null);
    await store.append(first);
    await store.readStream('episode-1');
    const next = sampleBatch('episode-1', lastOf(first));
    await server.restart(new Log());
    const other = sampleBatch('episode-1', null);
    const elsewhere = await opened(server);
    await elsewhere.append(other);
    await sent(sampleBatch('episode-2', null));
    await expect(sent(next)).rejects.toEqual(isCode('invalid'));
    expect(await store.readStream('episode-1')).toMatchObject(other.events);
  });
});

describe('a cluster', () => {
  it('is written to and read at its leader, also when another takes over and when all were away', async () => {
    const [one, two] = [await started(), await started()];
    one.faults.leader = { host: '127.0.0.1', port: two.port };
    const hosts = `127.0.0.1:${one.port},127.0.0.1:${two.port}`;
    const cluster = await opened({
      connectionString: `kurrentdb://${hosts}?tls=false&discoveryInterval=10&maxDiscoverAttempts=3`,
    });
    const first = sampleBatch('episode-1', null);
    const second = sampleBatch('episode-1', lastOf(first));
    const third = sampleBatch('episode-1', lastOf(second));
    await cluster.append(first);
    expect(two.log.stream('episode-1')).toHaveLength(1);

    one.faults.leader = null;
    await one.restart(two.log);
    await two.stop();
    expect(await sent(second, cluster)).toMatchObject({ revision: 1 });
    expect(await cluster.readStream('episode-1')).toHaveLength(2);

    await one.stop();
    // The first notices that the stream of appends is gone.
    await expect(cluster.append(third)).rejects.toThrow('KurrentDB');
    await expect(cluster.append(third)).rejects.toEqual(isCode('unavailable'));
    const back = await started({ port: one.port });
    await back.restart(one.log);
    expect(await sent(third, cluster)).toMatchObject({ revision: 2 });
    expect(await cluster.readStream('episode-1')).toHaveLength(3);
  });
});

describe('a read', () => {
  it('that is never answered says unavailable', async () => {
    const { position } = await store.append(sampleBatch('episode-1', null));
    const impatient = await opened(server, { readTimeoutMillis: 2 * IMPATIENCE_MS });
    server.faults.silentReads = true;
    const reads = [
      () => impatient.readStream('episode-1'),
      () => impatient.readAll(),
      () => impatient.head(),
      () => impatient.at(position),
      () => impatient.health(),
    ];
    await Promise.all(reads.map((read) => expect(read()).rejects.toEqual(isCode('unavailable'))));
    server.faults.silentReads = false;
    await expect(store.health()).resolves.toBeUndefined();
  });

  it('is answered again however many before it never were', async () => {
    const impatient = await opened(server, { readTimeoutMillis: IMPATIENCE_MS });
    const ask = () => impatient.readStream('episode-1');
    server.faults.silentReads = true;
    for (let wave = 0; wave < 3; wave += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 60 }, ask));
      expect(asked).toEqual(asked.map(() => ({ status: 'rejected', reason: isCode('unavailable') })));
    }
    server.faults.silentReads = false;
    await store.append(sampleBatch('episode-1', null));
    for (let attempt = 1; ; attempt += 1) {
      const found = await ask().catch(() => null);
      if (found) return expect(found).toHaveLength(1);
      if (attempt === 20) throw new Error('no read is answered any more');
      await sleep(200);
    }
  });

  it.each([status.UNKNOWN, status.INTERNAL, status.UNAVAILABLE, status.DEADLINE_EXCEEDED])(
    'from a place that fails again and again (status %d) says unavailable, never that nothing is there',
    async (code) => {
      const { position } = await store.append(sampleBatch('episode-1', null));
      server.faults.placedReads = { code, details: 'the disk' };
      await expect(store.at(position)).rejects.toEqual(isCode('unavailable'));
      await expect(store.readAll({ after: position })).rejects.toEqual(isCode('unavailable'));
      server.faults.placedReads = null;
      expect(await store.at(position)).toMatchObject({ streamId: 'episode-1' });
    },
  );

  it('of a place where no event begins finds nothing', async () => {
    const { position } = await store.append(sampleBatch('episode-1', null));
    const place = (offset: number) => String(Number(position) + offset).padStart(20, '0');
    expect(await store.at(place(0))).not.toBeNull();
    await store.append(sampleBatch('episode-2', null));
    for (const offset of [1, -1, 100_000]) expect(await store.at(place(offset))).toBeNull();
    await expect(store.readAll({ after: place(1) })).rejects.toEqual(isCode('invalid'));
    const { signal } = new AbortController();
    await expect(
      store
        .subscribe({ after: place(1), signal })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toEqual(isCode('invalid'));
    expect(await store.readAll({ after: place(100_000) })).toEqual([]);
  });

  it('of a stream that is not there keeps the connection', async () => {
    const ending = new AbortController();
    const notices = store.subscribe({ signal: ending.signal })[Symbol.asyncIterator]();
    expect(await notices.next()).toMatchObject({ value: { kind: 'caught-up' } });
    const { subscriptions } = server.seen;
    await sleep(1_100);
    expect(await store.readStream('episode-9')).toEqual([]);
    const next = notices.next();
    await store.append(sampleBatch('episode-9', null));
    expect(await next).toMatchObject({ value: { kind: 'events' } });
    // The second is the one that watches the connection of appends.
    expect(server.seen.subscriptions).toBe(subscriptions + 1);
    ending.abort();
  });

  it('leaves out what the server writes for itself, and stops at what is not ours', async () => {
    expect(server.log.records).not.toHaveLength(0);
    expect(await store.readAll()).toEqual([]);
    expect(await store.head()).toBeNull();
    expect(await store.at('0'.repeat(20))).toBeNull();
    const foreign = { id: randomUUID(), type: 'Theirs', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') }; // prettier-ignore
    server.log.append('orders-1', 'no-stream', [foreign]);
    await expect(store.readAll()).rejects.toEqual(isCode('unsupported'));
    const apart = await openKurrentStore({ connectionString: server.connectionString, namespace: 'clinic-' });
    toClose.push(() => apart.close());
    expect(await apart.readAll()).toEqual([]);
  });
});

describe('opening', () => {
  it('a server that is not there, or a text that is no connection string, is refused', async () => {
    const gone = await started();
    await gone.stop();
    const open = (connectionString: string) => openKurrentStore({ connectionString });
    await expect(open(gone.connectionString)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'KurrentDB: the server cannot be reached',
    });
    await expect(open('nonsense')).rejects.toEqual(isCode('invalid'));
    const secret = await open('kurrentdb://ana:secret@host:99x').catch((error: unknown) => error);
    expect(secret).toEqual(isCode('invalid'));
    expect((secret as Error).message).not.toContain('secret');
    await expect(openKurrentStore({ connectionString: server.connectionString, namespace: '$ours-' })).rejects.toEqual(
      isCode('invalid'),
    );
  });
});
