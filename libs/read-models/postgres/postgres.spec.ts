import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { EventStore } from '#event-store';
import { DatabaseAway, isDamaged, isPassing, UnusableDatabase, ViewsAway } from '../failures.js';
import { PROJECTIONS } from '../projections.js';
import { Runner } from '../runner.js';
import { ask, hasPostgres, startPostgres, type TestServer } from '../testing/postgres.js';
import { ScriptedClinic, visit } from '../testing/scripted-clinic.js';
import { databaseAddress } from './address.js';
import { PostgresSchemas } from './schemas.js';

/** What PostgreSQL alone can do to the views: die, be slow to know, count otherwise, belong to somebody else. */
(hasPostgres ? describe : describe.skip)('read models on PostgreSQL', () => {
  let server: TestServer;
  let database: string;
  let clinic: ScriptedClinic;
  const running = new Set<Runner>();

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await server.database();
    clinic = await new ScriptedClinic().opens();
  });
  afterEach(async () => {
    for (const runner of running) await runner.stop();
    running.clear();
  });

  const open = async (store: EventStore = clinic.store): Promise<Runner> => {
    const { codec, clock } = clinic;
    const runner = new Runner(() => new PostgresSchemas(database), { store, codec, clock, projections: PROJECTIONS });
    running.add(runner);
    await runner.start();
    return runner;
  };
  const head = async (): Promise<string> => (await clinic.store.head())?.position ?? '';
  const rowsOf = async (generation: number, table: string): Promise<readonly object[]> =>
    ask(database, `select * from followthrough_views_${generation}.${table} order by 1, 2`);

  it('lose and double nothing when the server is killed again and again while they catch up', async () => {
    for (let n = 0; n < 12; n += 1) {
      const { episodeId } = await clinic.refers(`Patient ${n}`);
      await clinic.does(episodeId, { type: 'EnrolPatient' }, visit(20 - n), visit(8));
    }
    const small: EventStore = {
      ...clinic.store,
      subscribe: (options) => clinic.store.subscribe({ ...options, pageSize: 10 }),
    };
    const last = await head();
    const runner = await open(small);
    const reached: string[] = [];
    for (let kill = 0; kill < 4; kill += 1) {
      await runner.waitFor((await clinic.log())[20 + kill * 20]?.position ?? '', 20_000);
      reached.push((await runner.status()).position ?? '');
      await server.kill();
      await server.startAgain();
    }
    expect(reached.filter((position) => position < last).length).toBeGreaterThan(1);
    expect(await runner.waitFor(last, 60_000)).toBe(true);
    const tables = ['episode_events', 'follow_ups', 'patients', 'episodes', 'caseload', 'scores', 'checkpoint'];
    const followed = await Promise.all(tables.map((table) => rowsOf(1, table)));
    expect((await runner.status()).parked).toBe(0);
    await runner.rebuild();
    const rebuilt = await Promise.all(tables.map((table) => rowsOf(2, table)));
    expect(followed).toEqual(rebuilt);
    expect(followed[0]).toHaveLength(
      (await clinic.log()).filter(({ streamId }) => streamId.startsWith('episode-')).length,
    );
  });

  const names = (runner: Runner): Promise<(string | null)[]> =>
    runner.read(async ({ reader }) =>
      (await reader.selectFrom('patients').select('name').orderBy('name').execute()).map(({ name }) => name),
    );
  const state = async (runner: Runner): Promise<string> => (await runner.status()).state;

  it('are written by one process; another reads them, follows to newer ones, and writes when the first is gone', async () => {
    const first = await open();
    await clinic.refers('Ana');
    expect(await first.waitFor(await head(), 10_000)).toBe(true);
    const second = await open();
    while ((await state(second)) !== 'reading') await sleep(20);
    expect(await second.waitFor(await head(), 10_000)).toBe(true);
    expect(await names(second)).toEqual(['Ana']);
    expect(await second.status()).toMatchObject({ error: null, lag: { events: 0 } });

    await first.rebuild();
    await clinic.refers('Bo');
    expect(await second.waitFor(await head(), 10_000)).toBe(true);
    expect(await names(second)).toEqual(['Ana', 'Bo']);
    expect(await second.read(async ({ number }) => number)).toBe(2);

    await first.stop();
    while ((await state(second)) !== 'following') await sleep(20);
    await clinic.refers('Cy');
    expect(await second.waitFor(await head(), 10_000)).toBe(true);
    expect(await names(second)).toEqual(['Ana', 'Bo', 'Cy']);
  });

  it('are written by one process also after the server was killed under two, and both answer', async () => {
    const both = [await open(), await open()];
    for (const name of ['Ana', 'Bo', 'Cy']) {
      await server.kill();
      await clinic.refers(name);
      await server.startAgain();
      for (const runner of both) expect(await runner.waitFor(await head(), 60_000)).toBe(true);
      for (const runner of both) expect(await names(runner)).toContain(name);
    }
    while ((await Promise.all(both.map(state))).toSorted().join() !== 'following,reading') await sleep(20);
    expect(await rowsOf(1, 'patients')).toHaveLength(3);
  }, 120_000);

  it('are only waited for while the one that writes has none complete', async () => {
    const place = new PostgresSchemas(database);
    await place.claim();
    const runner = await open();
    expect(await runner.status()).toMatchObject({ state: 'waiting', error: { name: 'WriterElsewhere' } });
    await expect(names(runner)).rejects.toBeInstanceOf(ViewsAway);
    await place.close();
    while ((await state(runner)) !== 'following') await sleep(20);
  });

  it('are sorted byte by byte, whatever the language of the database, and count in numbers', async () => {
    const [byLanguage] = await ask(database, `select 'a' < 'B' as first`);
    expect(byLanguage).toEqual({ first: true });
    for (const name of ['b', 'A', 'a', 'B', 'ä', 'Z', '_']) await clinic.refers(name);
    const runner = await open();
    expect(await runner.waitFor(await head(), 10_000)).toBe(true);
    const found = await runner.read(({ reader }) =>
      reader.selectFrom('patients').select(['name', 'test']).orderBy('name').execute(),
    );
    expect(found.map(({ name }) => name)).toEqual(['A', 'B', 'Z', '_', 'a', 'b', 'ä']);
    const counted = await runner.read(({ reader }) =>
      reader
        .selectFrom('patients')
        .select((eb) => [eb.fn.countAll().as('count'), eb.fn.max('revision').as('revision'), eb.val(1.5).as('half')])
        .select(sql<number>`exists (select 1)`.as('there'))
        .executeTakeFirstOrThrow(),
    );
    expect(counted).toMatchObject({ count: 7, revision: 0, there: 1 });
  });

  it('keep a patient whose name holds what the database cannot', async () => {
    await clinic.refers('Ana\0Ruiz');
    const runner = await open();
    expect(await runner.waitFor(await head(), 10_000)).toBe(true);
    expect((await runner.status()).parked).toBe(0);
    expect(await rowsOf(1, 'patients')).toMatchObject([{ name: 'Ana\u{FFFD}Ruiz' }]);
  });

  it('cannot be written through the connections that answer queries', async () => {
    const runner = await open();
    const writing = runner.read(({ reader }) => reader.deleteFrom('patients').execute());
    await expect(writing).rejects.toMatchObject({ cause: { message: expect.stringContaining('read-only') } });
  });

  it('are read with a password from PGPASSFILE when the address has none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'read-models-'));
    try {
      writeFileSync(join(folder, 'pass'), '*:*:*:guarded:let me in\n', { mode: 0o600 });
      process.env['PGPASSFILE'] = join(folder, 'pass');
      const guarded = await server.guarded(database, 'guarded', 'let me in');
      const place = new PostgresSchemas(guarded);
      expect(await place.numbers()).toEqual([]);
      await place.close();
      writeFileSync(join(folder, 'pass'), '*:*:*:guarded:wrong\n', { mode: 0o600 });
      const refused = new PostgresSchemas(guarded);
      await expect(refused.numbers()).rejects.toThrow(/password authentication failed/);
      await expect(refused.numbers()).rejects.toBeInstanceOf(UnusableDatabase);
      await refused.close();
    } finally {
      delete process.env['PGPASSFILE'];
      rmSync(folder, { recursive: true });
    }
  });

  it('refuse a database of another encoding', async () => {
    await ask(database, `create database latin template template0 encoding 'LATIN1' locale 'C'`);
    const place = new PostgresSchemas(database.replace(/\/views_\d+/, '/latin'));
    await expect(place.numbers()).rejects.toThrow(/its encoding is LATIN1; it must be UTF8/);
    await place.close();
  });
});

describe('what a database says', () => {
  const said = (code: string): DatabaseError => Object.assign(new DatabaseError('said', 4, 'error'), { code });

  it.each(['08006', '40001', '40P01', '53100', '53300', '55P03', '57014', '57P01', '57P02', '57P03', '58030'])(
    'passes: %s',
    (code) => expect(isPassing(said(code))).toBe(true),
  );
  it.each(['23505', '42P01', '22021', '28P01', '3D000', '42501', 'XX001'])('does not pass: %s', (code) =>
    expect(isPassing(said(code))).toBe(false),
  );
  it('is damage only where the server found damaged pages', () => {
    expect(['XX001', 'XX002', 'XX000', '42P01'].filter((code) => isDamaged(said(code)))).toEqual(['XX001', 'XX002']);
  });
  it('passes when it says nothing at all, and keeps what the connection met', () => {
    const away = new DatabaseAway('away', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
    expect(isPassing(away)).toBe(true);
    expect(away.code).toBe('ECONNREFUSED');
  });
});

describe('the address of the database', () => {
  it('is that of PostgreSQL and names a database; what is wrong with it is said without quoting it', () => {
    for (const good of ['postgres://ana@db.example:5433/views', 'postgresql:///views?host=/run/postgresql'])
      expect(databaseAddress(good)).toBe(good);
    for (const bad of ['mysql://a:secret@b/c', 'read.db', 'postgres://a:secret@b', 'postgres://a:secret@b:x/c']) {
      expect(() => databaseAddress(bad)).toThrow(UnusableDatabase);
      expect(() => databaseAddress(bad)).not.toThrow(/secret/);
    }
  });
});
