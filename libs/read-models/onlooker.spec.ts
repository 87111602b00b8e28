import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UnusableDatabase, ViewsAway } from './failures.js';
import { Onlooker } from './onlooker.js';
import { placeFor, placeOfOthers } from './places.js';
import { PROJECTIONS } from './projections.js';
import { Runner } from './runner.js';
import { ask, hasPostgres, startPostgres, type TestServer } from './testing/postgres.js';
import { ScriptedClinic } from './testing/scripted-clinic.js';

it('needs a database: files belong to the one process that keeps them', () => {
  for (const none of [undefined, '']) expect(() => placeOfOthers(none)).toThrow(UnusableDatabase);
});

(hasPostgres ? describe : describe.skip)('a process that only reads, on PostgreSQL', () => {
  let server: TestServer;
  let database: string;
  let clinic: ScriptedClinic;
  const running = new Set<{ stop(): Promise<void> }>();

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await server.database();
    clinic = await new ScriptedClinic().opens();
  });
  afterEach(async () => {
    for (const one of running) await one.stop();
    running.clear();
  });

  const opened = async <R extends { start(): Promise<void>; stop(): Promise<void> }>(one: R): Promise<R> => {
    running.add(one);
    await one.start();
    return one;
  };
  const options = () => ({ codec: clinic.codec, clock: clinic.clock, store: clinic.store, projections: PROJECTIONS });
  const writer = () => opened(new Runner(placeFor({ file: 'unused.db', database }), options()));
  const onlooker = () => opened(new Onlooker(placeOfOthers(database), options()));
  const head = async (): Promise<string> => (await clinic.store.head())?.position ?? '';
  const names = (one: Onlooker) =>
    one.read(async ({ reader }) =>
      (await reader.selectFrom('patients').select('name').execute()).map(({ name }) => name),
    );

  it('sees what the other writes, waits for it, and writes nothing itself', async () => {
    await writer();
    const seeing = await onlooker();
    const { episodeId } = await clinic.refers('Ana');
    expect(await seeing.waitFor(await head(), 10_000)).toBe(true);
    expect(await names(seeing)).toEqual(['Ana']);
    expect(await seeing.status()).toMatchObject({ state: 'following', caughtUp: true, lag: { events: 0 }, parked: 0 });
    await expect(
      seeing.read(({ reader }) => reader.deleteFrom('episodes').where('episode_id', '=', episodeId).execute()),
    ).rejects.toMatchObject({ cause: { message: expect.stringContaining('read-only') } });
    const locks = await ask(database, "select count(*)::int as held from pg_locks where locktype = 'advisory'");
    expect(locks).toEqual([{ held: 1 }]);
  });

  it('does not claim what is not there', async () => {
    const first = await writer();
    const seeing = await onlooker();
    await seeing.waitFor(await head(), 10_000);
    await first.stop();
    await clinic.refers('Ana');
    expect(await seeing.waitFor(await head(), 100)).toBe(false);
    expect((await seeing.status()).lag?.events).toBeGreaterThan(0);
  });

  it('goes over to views that were built anew, without one failed answer', async () => {
    const keeping = await writer();
    await clinic.refers('Ana');
    const seeing = await onlooker();
    await seeing.waitFor(await head(), 10_000);
    let isDone = false;
    const asking = (async () => {
      const answers = new Set<string>();
      while (!isDone) answers.add(JSON.stringify(await names(seeing)));
      return answers;
    })();
    for (let n = 0; n < 3; n += 1) await keeping.rebuild();
    await sleep(1_500);
    isDone = true;
    expect([...(await asking)]).toEqual(['["Ana"]']);
    expect(await ask(database, "select nspname from pg_namespace where nspname like 'followthrough%'")).toEqual([
      { nspname: 'followthrough_views_4' },
    ]);
  });

  it('waits for views that are not there yet, and for a server that is away', async () => {
    const seeing = await onlooker();
    expect(await seeing.status()).toMatchObject({ state: 'waiting' });
    await expect(names(seeing)).rejects.toBeInstanceOf(ViewsAway);
    await clinic.refers('Ana');
    await writer();
    expect(await seeing.waitFor(await head(), 10_000)).toBe(true);
    await server.kill();
    await expect(names(seeing)).rejects.toBeInstanceOf(ViewsAway);
    await server.startAgain();
    // The one who writes comes back after a pause, and takes in again what the crash took back.
    expect(await seeing.waitFor(await head(), 60_000)).toBe(true);
    expect(await names(seeing)).toEqual(['Ana']);
  });
});
