import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { fixedClock } from '#door';
import { openSqliteStore, openStore, type EventStore } from '#event-store';
import { openRuntime, type OpenRuntime } from '#runtime';
import { startStandIn, type StandIn } from '../../../../test/standins/kurrentdb/server.js';
import { add as addBackup } from '../backup.js';
import { migrate } from '../migrate-log/migrate.js';
import { add as addRestore } from '../restore.js';
import { runForJson } from '../testing/run-command.js';
import { add as addVerify } from '../verify.js';

/** A clinic whose log lies on a server, its keys and books in a folder. */
const ADA = '018f2f6e-0000-7000-8000-00000000000a';
const names = ['FOLLOWTHROUGH_LOG', 'FOLLOWTHROUGH_DATA'] as const;

let folder: string;
let data: string;
let backups: string;
let server: StandIn;
let before: readonly (string | undefined)[];

beforeEach(async () => {
  before = names.map((name) => process.env[name]);
  folder = mkdtempSync(join(tmpdir(), 'server-log-'));
  [data, backups] = [join(folder, 'data'), join(folder, 'backups')];
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  server = await startStandIn();
  const clinic = await opened();
  await clinic.patients.handle(ADA, {
    ...{ commandId: 'c-1', command: { type: 'RegisterPatient', name: 'Ada' }, organisation: 'clinic' },
    ...{ actor: 'user:admin-1', actorRole: 'administrator' },
  });
  await clinic.close();
  await moved(join(data, 'events.db'), server);
  rmSync(join(data, 'events.db'));
  process.env['FOLLOWTHROUGH_LOG'] = server.connectionString;
  process.env['FOLLOWTHROUGH_DATA'] = data;
});
afterEach(async () => {
  names.forEach((name, i) => (before[i] === undefined ? delete process.env[name] : (process.env[name] = before[i])));
  process.exitCode = undefined;
  jest.restoreAllMocks();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const opened = (log?: string): Promise<OpenRuntime> =>
  openRuntime({
    ...{ dataDir: data, clock: fixedClock('2026-03-02T15:00:00.000Z'), zone: 'UTC', warn: () => undefined },
    env: { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') },
    ...(log === undefined ? {} : { log }),
  });

async function moved(file: string, to: StandIn): Promise<void> {
  const [from, target] = [await openSqliteStore({ file, readOnly: true }), await openStore(to.connectionString)];
  await migrate({ from, to: target, told: () => undefined });
  await Promise.all([from.close(), target.close()]);
}

const hashesIn = async (store: EventStore): Promise<string[]> => {
  const hashes = (await store.readAll({ limit: 10_000 })).map(({ hash }) => hash);
  await store.close();
  return hashes;
};

describe('backup and restore where the log lies on a server', () => {
  it('bring the log, the keys and the books back, the log into an empty server', async () => {
    const made = await runForJson(addBackup, 'backup', '--to', backups);
    const backup = made.said.backup as string;
    const onServer = await hashesIn(await openStore(server.connectionString));
    expect([made.code, made.said.log]).toMatchObject([0, { events: onServer.length, chain: 'intact' }]);
    expect(made.said.log.head.hash).toBe(onServer.at(-1));
    expect(await hashesIn(await openSqliteStore({ file: join(backup, 'log', 'events.db'), readOnly: true }))).toEqual(
      onServer,
    );

    await server.stop();
    server = await startStandIn();
    process.env['FOLLOWTHROUGH_LOG'] = server.connectionString;
    expect((await runForJson(addRestore, 'restore', '--from', backup, '--replace')).code).toBe(0);
    expect(existsSync(join(data, 'events.db'))).toBe(false);
    expect(await hashesIn(await openStore(server.connectionString))).toEqual(onServer);
    const heads = join(backup, 'log', 'heads.jsonl');
    expect((await runForJson(addVerify, 'verify', '--heads', heads)).code).toBe(0);
    const clinic = await opened(server.connectionString);
    expect((await clinic.patients.load(ADA)).state.details).toMatchObject({ name: 'Ada' });
    await clinic.close();
  });

  it('leave a log alone that holds something, and the folder with it', async () => {
    const { said } = await runForJson(addBackup, 'backup', '--to', backups);
    const { code, why } = await runForJson(addRestore, 'restore', '--from', said.backup, '--replace');
    expect([code, why]).toEqual([2, expect.stringContaining('is not empty')]);
    expect(existsSync(join(data, 'keys.db'))).toBe(true);
    expect(await hashesIn(await openStore(server.connectionString))).toHaveLength(said.log.events);
  });

  it('change nothing while the server cannot be reached', async () => {
    const { said } = await runForJson(addBackup, 'backup', '--to', backups);
    await server.stop();
    const calls = [
      await runForJson(addBackup, 'backup', '--to', backups),
      await runForJson(addRestore, 'restore', '--from', said.backup, '--replace'),
    ];
    expect(calls.map(({ code }) => code)).toEqual([3, 3]);
    expect(readdirSync(backups)).toEqual([basename(said.backup as string)]);
    expect(readdirSync(folder).filter((name) => name.startsWith('data'))).toEqual(['data']);
    server = await startStandIn();
  });
});
