import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fixedClock } from '#door';
import type { ReadModels } from '#read-models';
import { openRuntime, type OpenRuntime } from '#runtime';
import { CommandFailed, type AddCommand } from './command.js';
import { openViews } from './house/views.js';
import { add as addProjections } from './projections.js';
import { add as addVerify } from './verify.js';
import { runCommand } from './testing/run-command.js';

/** The commands as a person calls them, beside the process that has the same files open. */
let folder: string;
let data: string;
let runtime: OpenRuntime;
let views: ReadModels;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'projections-'));
  data = join(folder, 'data');
  process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
  delete process.env['FOLLOWTHROUGH_READ_MODELS'];
  runtime = await openRuntime({
    dataDir: data,
    clock: fixedClock('2027-03-01T15:00:00.000Z'),
    env: process.env,
    zone: 'America/New_York',
  });
  await runtime.patients.handle('p-1', {
    commandId: 'c-1',
    command: { type: 'RegisterPatient', name: 'Test Patient V' },
    actor: 'user:admin-1',
    actorRole: 'administrator',
    organisation: 'clinic',
  });
  views = await openViews(runtime, process.env, () => undefined);
  const head = await runtime.store.head();
  expect(await views.waitFor(head!.position, 10_000)).toBe(true);
  while (!(await views.status()).caughtUp) await new Promise((resolve) => setTimeout(resolve, 5));
});
afterAll(async () => {
  await views.stop();
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
  process.env = before;
});

let printed: string;
beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

const run = (add: AddCommand, ...args: string[]): Promise<number | CommandFailed> =>
  runCommand(add, ...args, '--data', data);

const inTheViews = (text: string): void => {
  const db = new DatabaseSync(join(data, 'read.1.db'));
  db.exec(text);
  db.close();
};

describe('followthrough projections', () => {
  it('tells how the read models of a running server stand', async () => {
    expect(await run(addProjections, 'projections', '--json')).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      on: 'SQLite',
      generation: 1,
      position: (await runtime.store.head())?.position,
      lag: { events: 0 },
      parked: [],
      rows: { patients: 1, caseload: 0 },
    });
    printed = '';
    expect(await run(addProjections, 'projections')).toBe(0);
    expect(printed).toContain('Nothing is set aside.');
    expect(printed).toMatch(/patients +1 rows/);
  });

  it('names what is set aside, and why, and says it with its exit code', async () => {
    inTheViews(`insert into parked values ('scores', 'episode-1', '1', 'clinic', 'HoldStarted', 'TypeError', '2027')`);
    expect(await run(addProjections, 'projections')).toBe(1);
    expect(printed).toContain('episode-1 in scores: 1 events from HoldStarted at 1 on, since 2027: TypeError');
    inTheViews('delete from parked');
  });

  it('says in one line that the database is no address, or away', async () => {
    process.env['FOLLOWTHROUGH_READ_MODELS'] = 'read.db';
    expect(await run(addProjections, 'projections')).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^FOLLOWTHROUGH_READ_MODELS: .*not of the form postgres:/),
    });
    process.env['FOLLOWTHROUGH_READ_MODELS'] = 'postgres://ana:secret@127.0.0.1:1/views';
    const away = await run(addProjections, 'projections');
    delete process.env['FOLLOWTHROUGH_READ_MODELS'];
    expect(away).toMatchObject({ exitCode: 3, message: expect.stringContaining('does not answer') });
    expect(String(away)).not.toContain('secret');
  });
});

describe('followthrough verify --projections', () => {
  it('proves the rows of a running server from the log', async () => {
    expect(await run(addVerify, 'verify', '--projections', '--json')).toBe(0);
    const { same, tables } = JSON.parse(printed) as {
      same: boolean;
      tables: { table: string; kept: object; told: object }[];
    };
    expect(same).toBe(true);
    expect(tables.find(({ table }) => table === 'patients')).toMatchObject({ kept: { rows: 1 }, told: { rows: 1 } });
  });

  it('names the table and the first keys that differ, and ends with 1', async () => {
    inTheViews(`update patients set name = 'Somebody Else'`);
    expect(await run(addVerify, 'verify', '--projections')).toBe(1);
    expect(printed).toMatch(/patients +1 rows differ: 1 are kept, the log says 1\n +p-1\n/);
    expect(printed).toContain('NOT what the log says');
    expect(printed).not.toContain('Somebody Else');
    inTheViews(`update patients set name = 'Test Patient V'`);
    expect(await run(addVerify, 'verify', '--projections')).toBe(0);
  });

  it('needs the keys, and nothing that belongs to the other proof', async () => {
    expect(await run(addVerify, 'verify', '--projections', '--grace', '5')).toMatchObject({ exitCode: 2 });
    process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'nowhere.key');
    expect(await run(addVerify, 'verify', '--projections')).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/master key/),
    });
    process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
  });
});
