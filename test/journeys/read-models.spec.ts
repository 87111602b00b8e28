import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, hasPostgres, startPostgres, type TestServer } from '../../libs/read-models/testing/postgres.js';
import { Journey, standingAt, until } from './journey.js';

/** The whole house with its read models in PostgreSQL. */
(hasPostgres ? describe : describe.skip)('read models on PostgreSQL', () => {
  let server: TestServer;
  let database: string;
  let journey: Journey;
  let episode: string;

  beforeAll(async () => {
    server = await startPostgres();
    database = await server.database();
    journey = await Journey.begin({
      clock: standingAt('2026-11-02 08:00'),
      temporal: false,
      env: { FOLLOWTHROUGH_READ_MODELS: database },
    });
  }, 60_000);
  afterAll(async () => {
    await journey.end();
    await server.stop();
  }, 60_000);

  const caseload = async (): Promise<{ episodeId: string; patientName: string }[]> =>
    (await journey.read('care-manager', '/v1/caseload')).items;
  /** Patients, each once: the row of a person whom two roles see counts for one. */
  const onTheWorklist = async (): Promise<Set<string>> =>
    new Set(
      (await journey.read('care-manager', '/v1/worklist')).items.map((row: { patientName: string }) => row.patientName),
    );
  const schemas = async (): Promise<string[]> =>
    (await ask(database, "select nspname from pg_namespace where nspname like 'followthrough%' order by 1")).map(
      ({ nspname }) => String(nspname),
    );

  it('show a referral in the caseload, and on the worklist once it is late', async () => {
    ({ episode } = await journey.enrol({ name: 'Test Patient PG' }));
    expect(await caseload()).toMatchObject([{ episodeId: episode, patientName: 'Test Patient PG' }]);
    expect(await onTheWorklist()).toEqual(new Set());
    await journey.at('2026-11-20 09:00');
    expect(await onTheWorklist()).toEqual(new Set(['Test Patient PG']));
    expect(await schemas()).toEqual(['followthrough_views_1']);
    expect(readdirSync(join(journey.folder, 'data')).filter((name) => name.startsWith('read.'))).toEqual([]);
  });

  it('are rebuilt beside the old ones, and say the same', async () => {
    const before = await journey.read('care-manager', `/v1/episodes/${episode}/timeline`);
    await journey.house.readModels.rebuild();
    await until(async () => (await schemas()).join() === 'followthrough_views_2', 'the old ones are gone');
    expect(await onTheWorklist()).toEqual(new Set(['Test Patient PG']));
    expect(await journey.read('care-manager', `/v1/episodes/${episode}/timeline`)).toEqual(before);
  });

  it('are told and proven by the operator’s commands beside the running house', async () => {
    const data = join(journey.folder, 'data');
    const env = { XDG_CONFIG_HOME: join(journey.folder, 'config'), FOLLOWTHROUGH_READ_MODELS: database };
    const told = await followthrough(env, 'projections', '--json', '--data', data);
    expect(told).toMatchObject({
      on: 'PostgreSQL',
      generation: 2,
      lag: { events: 0 },
      parked: [],
      rows: { patients: 1 },
    });
    const proven = await followthrough(env, 'verify', '--projections', '--json', '--data', data);
    expect(proven).toMatchObject({ same: true, generation: 2 });
    await ask(database, "update followthrough_views_2.caseload set urgency = 'last'");
    const wrong = await followthrough(env, 'verify', '--projections', '--json', '--data', data);
    expect(wrong).toMatchObject({ same: false });
    expect(wrong.tables.filter(({ differences }) => differences > 0)).toMatchObject([
      { table: 'caseload', differing: [[episode]] },
    ]);
    await journey.house.readModels.rebuild();
    expect(await followthrough(env, 'verify', '--projections', '--json', '--data', data)).toMatchObject({ same: true });
  });

  it('may go away: the record is read and written, lists say 503, and what was written meanwhile is in them afterwards', async () => {
    await server.kill();
    const meanwhile = await journey.refer({ patient: { name: 'Test Patient Meanwhile' } });
    expect((await journey.request('care-manager', 'GET', `/v1/episodes/${meanwhile}`)).status).toBe(200);
    const list = await journey.request('care-manager', 'GET', '/v1/caseload');
    expect(list).toMatchObject({ status: 503, body: { detail: expect.stringContaining('views cannot be read') } });
    await until(async () => {
      const { body } = await journey.request('care-manager', 'GET', '/health/ready');
      return body.ready && body.degraded.includes('read-models');
    }, 'readiness says that the read models are missing');
    await server.startAgain();
    expect((await caseload()).map(({ episodeId }) => episodeId).toSorted()).toEqual([episode, meanwhile].toSorted());
  });

  it('need not be there at the start', async () => {
    await server.kill();
    await journey.restart();
    expect(journey.lines.join('\n')).toContain('the read models wait for their database');
    expect((await journey.request('care-manager', 'GET', `/v1/episodes/${episode}`)).status).toBe(200);
    expect((await journey.request('care-manager', 'GET', '/v1/worklist')).status).toBe(503);
    await server.startAgain();
    await until(async () => (await journey.house.readModels.status()).state === 'following', 'they are opened');
    expect((await caseload()).length).toBe(2);
  });

  it('refuse an address that cannot be used, and do not say its password', async () => {
    const start = (address: string): Promise<unknown> =>
      Journey.begin({
        clock: standingAt('2026-11-02 08:00'),
        temporal: false,
        env: { FOLLOWTHROUGH_READ_MODELS: address },
      }).then(
        () => 'started',
        (error: unknown) => error,
      );
    for (const [address, reason] of [
      ['mysql://ana:secret@localhost/views', 'not of the form postgres://'],
      ['postgres://ana:secret@localhost', 'names no database'],
      [database.replace('/views_1', '/nowhere'), 'database "nowhere" does not exist'],
    ] as const) {
      const error = (await start(address)) as Error;
      expect(error).toMatchObject({ name: 'CommandFailed', exitCode: 2 });
      expect(error.message).toContain('FOLLOWTHROUGH_READ_MODELS');
      expect(error.message).toContain(reason);
      expect(error.message).not.toContain('secret');
    }
  });
});

interface Said {
  readonly same?: boolean;
  readonly tables: readonly { readonly table: string; readonly differences: number }[];
}

/** What a command of the built program prints, whatever its exit code. */
async function followthrough(env: Record<string, string>, ...args: string[]): Promise<Said> {
  const main = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, ...env }, timeout: 60_000 },
      (error, out, err) => (out === '' ? reject(new Error(err, { cause: error })) : resolve(out)),
    );
  });
  return JSON.parse(stdout) as Said;
}
