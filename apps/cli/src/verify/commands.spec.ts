import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KEY_STORE_FILE, loadMasterKey, openKeyStore, openTryIssuer } from '#access';
import { openSqliteStore, type StoredEvent } from '#event-store';
import { CommandFailed, type AddCommand } from '../command.js';
import { add as addExport } from '../export.js';
import { add as addGenerate } from '../generate.js';
import { add as addReplay } from '../replay.js';
import { runCommand } from '../testing/run-command.js';
import { add as addToken } from '../token.js';
import { add as addVerify } from '../verify.js';
import { openSampleClinic, reached } from './sample-clinic.js';

/** The commands as a person calls them, on real files, while a server has them open. */
let folder: string;
let data: string;
let episode: string;
let close: () => Promise<void>;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  data = join(folder, 'data');
  mkdirSync(data);
  process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
  const store = await openSqliteStore({ file: join(data, 'events.db') });
  const keys = openKeyStore({
    file: join(data, KEY_STORE_FILE),
    masterKey: loadMasterKey({ env: process.env, dataDir: data }).key,
  });
  const clinic = await openSampleClinic(undefined, store, keys);
  episode = await clinic.refer(1);
  await clinic.until('2027-03-03T16:00:00.000Z', 'system:watchdog');
  await clinic.act(episode, reached);
  await clinic.act(episode, { type: 'AddNote', text: 'Prefers mornings.' });
  close = async () => {
    keys.close();
    await store.close();
  };
});

afterAll(async () => {
  await close();
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

/** Runs a command and answers its exit code. */
async function run(add: AddCommand, ...args: string[]): Promise<number> {
  try {
    const ended = await runCommand(add, ...args);
    return typeof ended === 'number' ? ended : ended.exitCode;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('commander.'))
      return (error as { exitCode: number }).exitCode === 0 ? 0 : 2;
    throw error;
  }
}

describe('followthrough verify', () => {
  const AT = '2027-03-03T16:00:00Z';

  it('judges the log of the folder that was named, whatever the environment names', async () => {
    process.env['FOLLOWTHROUGH_LOG'] = 'no log at all';
    try {
      expect(await run(addVerify, 'verify', '--json', '--at', AT, '--data', data)).toBe(0);
      expect(await run(addVerify, 'verify', '--json', '--at', AT)).toBe(2);
    } finally {
      delete process.env['FOLLOWTHROUGH_LOG'];
    }
  });

  it('proves a log beside the process that writes it, without a key', async () => {
    expect(await run(addVerify, 'verify', '--json', '--at', AT, '--data', data)).toBe(0);
    const verdict = JSON.parse(printed) as Record<string, unknown>;
    expect(verdict).toMatchObject({
      streams: 2,
      chain: 'intact',
      openFollowUps: 1,
      raises: 2,
      early: 0,
      doubled: 0,
      silent: 0,
      openEpisodesWithoutFollowUp: 0,
      byWaker: { 'system:watchdog': 2 },
      problems: [],
    });
    expect(Object.keys(verdict)).toEqual([
      'events',
      'streams',
      'chain',
      'openFollowUps',
      'raises',
      'early',
      'doubled',
      'silent',
      'openEpisodesWithoutFollowUp',
      'lateness',
      'byWaker',
      'problems',
    ]);
    expect(printed.trim().split('\n')).toHaveLength(1);
  });

  it('says it in words', async () => {
    expect(await run(addVerify, 'verify', '--at', AT, '--data', data)).toBe(0);
    expect(printed).toContain('raises                      2: 2 by system:watchdog');
    expect(printed).toContain(
      'Every step that came due was raised once and none early; nothing is silent as of 2027-03-03T16:00:00.000Z, with 5 min of grace.',
    );
  });

  it('is bad news when a step is silent', async () => {
    expect(await run(addVerify, 'verify', '--at', '2027-04-03T16:00:00Z', '--data', data)).toBe(1);
    expect(printed).toContain('✗ silent: episode-');
    expect(await run(addVerify, 'verify', '--at', '2027-04-03T16:00:00Z', '--grace', '9999999', '--data', data)).toBe(
      0,
    );
  });

  it('goes by the clock of a demo where there is one', async () => {
    const file = join(data, 'clock');
    writeFileSync(file, '2027-05-03T16:00:00.000Z\n');
    expect(await run(addVerify, 'verify', '--data', data)).toBe(1);
    writeFileSync(file, '2027-03-01T16:00:00.000Z\n');
    expect(await run(addVerify, 'verify', '--data', data)).toBe(0);
    expect(printed).toContain('as of 2027-03-03T16:00:00.000Z, with 3 days of grace');
    rmSync(file);
  });

  it.each([
    [2, ['--at', 'yesterday']],
    [2, ['--at', '2027-02-31T00:00:00']],
    [2, ['--at', '2027-02-30']],
    [2, ['--at', '2027-02-31T00:00:00Z']],
    [2, ['--grace', 'long']],
    [2, ['--unknown']],
    [3, ['--data', '/nowhere']],
  ])('answers %i to %j', async (exitCode, args) => {
    expect(await run(addVerify, 'verify', '--data', data, ...args)).toBe(exitCode);
  });

  it('takes no lock and leaves nothing behind', async () => {
    const files = readdirSync(data).toSorted();
    await run(addVerify, 'verify', '--data', data);
    expect(readdirSync(data).toSorted()).toEqual(files);
  });

  it('notices what a person with the file changed', async () => {
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    new DatabaseSync(join(data, 'events.db'), { readOnly: true }).exec(`VACUUM INTO '${join(copy, 'events.db')}'`);
    const db = new DatabaseSync(join(copy, 'events.db'));
    db.exec(`DROP TRIGGER events_no_update; UPDATE events SET actor = 'user:cm-2' WHERE type = 'OutreachAttempted'`);
    db.close();
    expect(await run(addVerify, 'verify', '--json', '--at', AT, '--data', copy)).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      chain: 'broken',
      problems: [{ kind: 'chain-broken', detail: expect.stringContaining('is not what was hashed') as unknown }],
    });
  });

  it('says plainly that a file is no log', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    new DatabaseSync(join(other, 'events.db')).exec('CREATE TABLE notes (text TEXT)');
    expect(await run(addVerify, 'verify', '--data', other)).toBe(3);
  });

  it('takes a log without an event for no proof, as the second verifier does', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await (await openSqliteStore({ file: join(empty, 'events.db') })).close();
    expect(await runCommand(addVerify, 'verify', '--data', empty)).toEqual(
      new CommandFailed('the log is empty, and nothing read proves nothing', 3),
    );
  });
});

describe('followthrough export', () => {
  it('writes every stored event on a line of its own, sealed boxes as they are, without a key', async () => {
    expect(await run(addExport, 'export', '--json', '--data', data)).toBe(0);
    const lines = printed.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as StoredEvent);
    expect(events.map(({ position }) => position)).toEqual(events.map(({ position }) => position).toSorted());
    const store = await openSqliteStore({ file: join(data, 'events.db'), readOnly: true });
    expect(events).toEqual(await store.readAll({ limit: 1_000 }));
    await store.close();
    expect(events.some(({ body }) => body.sealed !== null)).toBe(true);
    expect(printed).not.toContain('mornings');
  });

  it('answers 3 where there is no log, and 2 to a wrong call', async () => {
    expect(await run(addExport, 'export', '--data', '/nowhere')).toBe(3);
    expect(await run(addExport, 'export', '--unknown')).toBe(2);
    expect(printed).toBe('');
  });

  it('does not say that a log is missing which it is not let see', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    symlinkSync('events.db', join(closed, 'events.db'));
    expect(await runCommand(addExport, 'export', '--data', closed)).toEqual(
      new CommandFailed(`${join(closed, 'events.db')} cannot be read (ELOOP)`, 3),
    );
  });
});

describe('followthrough replay', () => {
  it('tells the story with its sealed words', async () => {
    expect(await run(addReplay, 'replay', episode, '--data', data)).toBe(0);
    expect(printed).toContain('Hash chain of the whole stream: intact');
    expect(printed).toContain('text: Prefers mornings.');
  });

  it('tells it as JSON, as of then', async () => {
    expect(
      await run(
        addReplay,
        'replay',
        `episode-${episode}`,
        '--json',
        '--as-recorded',
        '2027-03-03T15:00:00Z',
        '--data',
        data,
      ),
    ).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      episodeId: episode,
      phase: 'referred',
      chain: 'intact',
      asRecorded: '2027-03-03T15:00:00.000Z',
    });
    expect(printed).not.toContain('mornings');
  });

  it('makes no key where there is none, and says why sealed parts stay closed', async () => {
    const elsewhere = join(folder, 'no.key');
    process.env['FOLLOWTHROUGH_KEY_FILE'] = elsewhere;
    expect(await run(addReplay, 'replay', episode, '--data', data)).toBe(0);
    process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
    expect(printed).toContain(`Sealed parts: unreadable (There is no master key at ${elsewhere}`);
    expect(readdirSync(folder)).not.toContain('no.key');
  });

  it.each([
    [3, ['00000000-0000-4000-8000-000000000000']],
    [2, ['x', '--as-recorded', 'then']],
    [2, ['x', '--at-revision', '-1']],
    [2, []],
  ])('answers %i to %j', async (exitCode, args) => {
    expect(await run(addReplay, 'replay', ...args, '--data', data)).toBe(exitCode);
  });
});

describe('followthrough token', () => {
  it('prints a token and nothing else', async () => {
    expect(await run(addToken, 'token', '--role', 'supervisor', '--data', data)).toBe(0);
    expect(printed.trim().split('\n')).toHaveLength(1);
    const identity = await openTryIssuer({ dataDir: data, env: {} }).verify(printed.trim());
    expect(identity).toMatchObject({ subject: 'sup-1', role: 'supervisor', organisation: 'clinic' });
  });

  it('for whom it is told', async () => {
    expect(
      await run(
        addToken,
        'token',
        '--role',
        'care-manager',
        '--staff',
        'cm-2',
        '--hours',
        '1',
        '--json',
        '--data',
        data,
      ),
    ).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      staff: 'cm-2',
      role: 'care-manager',
      organisation: 'clinic',
      hours: 1,
    });
  });

  it.each([
    [2, []],
    [2, ['--role', 'king']],
    [2, ['--role', 'auditor', '--hours', '25']],
    [2, ['--role', 'auditor', '--hours', 'many']],
    [2, ['--role', 'auditor', '--staff', 'no such person']],
  ])('answers %i to %j', async (exitCode, args) => {
    expect(await run(addToken, 'token', '--data', data, ...args)).toBe(exitCode);
    expect(printed).toBe('');
  });

  it('makes no data folder of its own', async () => {
    const typo = join(data, 'dta');
    expect(await run(addToken, 'token', '--role', 'auditor', '--data', typo)).toBe(3);
    expect([printed, existsSync(typo)]).toEqual(['', false]);
  });

  it('refuses in production', async () => {
    process.env['NODE_ENV'] = 'production';
    expect(await run(addToken, 'token', '--role', 'auditor', '--data', data)).toBe(2);
    process.env['NODE_ENV'] = 'test';
    expect(printed).toBe('');
  });
});

describe('followthrough generate', () => {
  it('names what is stale, writes it, and then finds it fresh', async () => {
    const docs = join(folder, 'docs');
    mkdirSync(docs);
    const all = ['access.md', 'care-pathway.md', 'events.md', 'instruments.md', 'openapi.json'].map((name) =>
      join(docs, name),
    );
    expect(await run(addGenerate, 'generate', '--check', '--json', '--docs', docs)).toBe(1);
    expect(JSON.parse(printed)).toEqual({ stale: all });
    expect(await run(addGenerate, 'generate', '--docs', docs)).toBe(0);
    expect(readdirSync(docs).toSorted()).toEqual([
      'access.md',
      'care-pathway.md',
      'events.md',
      'instruments.md',
      'openapi.json',
    ]);
    printed = '';
    writeFileSync(all[0]!, 'edited by hand');
    expect(await run(addGenerate, 'generate', '--check', '--docs', docs)).toBe(1);
    expect(printed).toContain(all[0]);
    expect(printed).not.toContain(all[1]);
  });

  it('answers 3 where there is no such folder', async () => {
    expect(await run(addGenerate, 'generate', '--docs', '/nowhere')).toBe(3);
  });
});
