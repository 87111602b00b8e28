import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openKeys } from '#access';
import { UNREADABLE } from '#care';
import { fixedClock, type FixedClock } from '#door';
import { openSqliteStore } from '#event-store';
import { openRuntime, type OpenRuntime } from '#runtime';
import { add as addBackup } from '../backup.js';
import { add as addRestore } from '../restore.js';
import { runForJson } from '../testing/run-command.js';
import { add as addVerify } from '../verify.js';
import { digestOf } from './files.js';

/** Both commands as a person calls them, on the files of a clinic. */
const MONDAY = '2026-03-02T15:00:00.000Z';
const CY = '018f2f6e-0000-7000-8000-00000000000c';
const [ADA, BO] = ['018f2f6e-0000-7000-8000-00000000000a', '018f2f6e-0000-7000-8000-00000000000b'];

let folder: string;
let data: string;
let backups: string;
let clock: FixedClock;
let clinic: OpenRuntime | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  [data, backups] = [join(folder, 'data'), join(folder, 'backups')];
  clock = fixedClock(MONDAY);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  await open();
  for (const [id, name] of [
    [ADA, 'Ada'],
    [BO, 'Bo'],
  ] as const)
    await clinic!.patients.handle(id, by({ type: 'RegisterPatient', name } as const));
});
afterEach(async () => {
  await close();
  jest.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

async function open(at = data): Promise<OpenRuntime> {
  const env = { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') };
  return (clinic = await openRuntime({ dataDir: at, clock, env, zone: 'UTC', warn: () => undefined }));
}
async function close(): Promise<void> {
  await clinic?.close();
  clinic = null;
}

let asked = 0;
const by = <C>(command: C) => ({
  commandId: `c-${(asked += 1)}`,
  command,
  actor: 'user:admin-1' as const,
  actorRole: 'administrator',
  organisation: 'clinic',
});
async function erase(patient: string): Promise<void> {
  const asking = by({ type: 'RequestErasure', reasonCode: 'patient-right' } as const);
  const { loaded } = await clinic!.patients.handle(patient, asking);
  const approval = {
    ...by({ type: 'ApproveErasure', request: loaded.revision } as const),
    actor: 'user:sup-1' as const,
  };
  expect((await clinic!.patients.approveErasure(patient, approval)).kind).toBe('appended');
}
const nameOf = async (patient: string): Promise<unknown> => {
  const { details } = (await clinic!.patients.load(patient)).state;
  return details === UNREADABLE ? 'unreadable' : details?.name;
};

const backUp = async (): Promise<string> => {
  const { code, said } = await runForJson(addBackup, 'backup', '--to', backups, '--data', data);
  expect(code).toBe(0);
  return said.backup as string;
};
const restore = (from: string, ...more: string[]) =>
  runForJson(addRestore, 'restore', '--from', from, '--data', data, ...more);

const eventsIn = async (file: string) => {
  const store = await openSqliteStore({ file, readOnly: true });
  try {
    return await store.readAll();
  } finally {
    await store.close();
  }
};

describe('followthrough backup', () => {
  it('takes what cannot be rebuilt, for its owner alone, with a manifest that names nobody', async () => {
    mkdirSync(join(data, 'instruments'));
    writeFileSync(join(data, 'instruments', 'own.json'), '{"code":"OWN-1"}');
    writeFileSync(join(data, 'read.7.db'), 'derived');
    writeFileSync(join(data, 'access.jsonl'), '{"line":1}\n');
    const backup = await backUp();
    expect(readdirSync(backups)).toEqual([basename(backup)]);
    const found = readdirSync(backup, { recursive: true, withFileTypes: true });
    expect(found.map((entry) => entry.name).toSorted()).toEqual(
      [
        'access.jsonl',
        'events.db',
        'heads.jsonl',
        'instruments',
        'keys',
        'keys.db',
        'log',
        'manifest.json',
        'own.json',
      ].toSorted(),
    );
    for (const entry of found) expect(statSync(join(entry.parentPath, entry.name)).mode & 0o077).toBe(0);
    const text = readFileSync(join(backup, 'manifest.json'), 'utf8');
    const head = (await clinic!.store.head())!;
    const events = await clinic!.store.readAll();
    expect(JSON.parse(text)).toMatchObject({
      format: 1,
      software: '0.1.0',
      log: { head, events: events.length, streams: 3, chain: 'intact' },
      keys: { keys: 3, destroyed: 0, missing: 0 },
      files: [
        { path: 'log/events.db' },
        { path: 'keys/keys.db' },
        { path: 'log/heads.jsonl' },
        { path: 'log/instruments/own.json', bytes: 16 },
        { path: 'log/access.jsonl', bytes: 11 },
      ],
      masterKey: { id: expect.stringMatching(/^[0-9a-f]{16}$/), note: expect.stringContaining('not in this backup') },
    });
    for (const word of ['Ada', ADA, readFileSync(join(folder, 'master.key'), 'utf8').trim()])
      expect(text).not.toContain(word);
  });

  it('keeps nothing when something is missing', async () => {
    expect(await runForJson(addBackup, 'backup', '--to', backups, '--data', join(folder, 'none'))).toMatchObject({
      code: 3,
      why: expect.stringContaining('there is no log'),
    });
    await close();
    rmSync(join(data, 'keys.db'));
    expect(await runForJson(addBackup, 'backup', '--to', backups, '--data', data)).toMatchObject({
      code: 3,
      why: expect.stringContaining('there is no keys.db'),
    });
    expect(readdirSync(backups)).toEqual([]);
  });

  it('says in a line what the disk does not let it do', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { code, why } = await runForJson(
      addBackup,
      'backup',
      '--to',
      join(folder, 'a-file', 'below'),
      '--data',
      data,
    );
    expect([code, why]).toEqual([3, expect.stringContaining('ENOTDIR')]);
    // It is there, and no folder can be made in it.
    expect(await runForJson(addBackup, 'backup', '--to', '/proc/backups', '--data', data)).toMatchObject({ code: 3 });
    writeFileSync(join(data, 'notices.db'), 'this is no database, and never was one'.repeat(100));
    expect(await runForJson(addBackup, 'backup', '--to', backups, '--data', data)).toMatchObject({
      code: 3,
      why: expect.stringContaining('not a database'),
    });
    expect(readdirSync(backups)).toEqual([]);
  });
});

describe('followthrough restore', () => {
  it('brings everything back, and moves aside what stood there', async () => {
    const backup = await backUp();
    const before = await eventsIn(join(data, 'events.db'));
    await erase(BO);
    await close();
    expect(await restore(backup)).toMatchObject({ code: 2, why: expect.stringContaining('is not empty') });
    const { code, said } = await restore(backup, '--replace');
    expect(code).toBe(0);
    expect(await eventsIn(join(data, 'events.db'))).toEqual(before);
    expect(await eventsIn(join(said.movedAside, 'events.db'))).toHaveLength(before.length + 2);
    expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([]);
    await open();
    expect(await nameOf(ADA)).toBe('Ada');
  });

  it('does not touch a folder in use', async () => {
    const backup = await backUp();
    expect(await restore(backup, '--replace')).toMatchObject({ code: 3, why: expect.stringContaining('in use') });
    expect(await nameOf(ADA)).toBe('Ada');
  });

  it('does not take the keys away from an API that runs beside the server', async () => {
    const backup = await backUp();
    await close();
    const env = { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') };
    const { keys } = openKeys({ env, dataDir: data, holdsFolder: false });
    expect(await restore(backup, '--replace')).toMatchObject({ code: 3, why: expect.stringContaining('the API too') });
    keys.close();
    expect((await restore(backup, '--replace')).code).toBe(0);
  });

  it.each([
    ['a changed file', (backup: string) => appendFileSync(join(backup, 'log/events.db'), 'x'), 1, /SHA-256 differs/],
    ['a missing file', (backup: string) => rmSync(join(backup, 'log/events.db')), 3, /events\.db is missing/],
    ['keys kept elsewhere', (backup: string) => renameSync(join(backup, 'keys'), join(folder, 'safe')), 3, /--keys/],
    ['no manifest', (backup: string) => rmSync(join(backup, 'manifest.json')), 3, /is no backup/],
    [
      'a broken manifest',
      (backup: string) => writeFileSync(join(backup, 'manifest.json'), '{"format":1}'),
      3,
      /no manifest/,
    ],
    [
      'a manifest that leads out of the data folder',
      (backup: string) => {
        const manifest = join(backup, 'manifest.json');
        const { files, ...said } = JSON.parse(readFileSync(manifest, 'utf8'));
        const beside = { path: 'log/../beside', bytes: 0, sha256: '0'.repeat(64) };
        writeFileSync(manifest, JSON.stringify({ ...said, files: [...files, beside] }));
      },
      3,
      /no manifest/,
    ],
  ])('refuses a backup with %s, and leaves the folder as it was', async (_what, harm, exit, reason) => {
    const backup = await backUp();
    await close();
    harm(backup);
    const { code, why } = await restore(backup, '--replace');
    expect([code, why]).toEqual([exit, expect.stringMatching(reason)]);
    await open();
    expect(await nameOf(ADA)).toBe('Ada');
  });

  it('refuses a log that ends as it should and lacks something, though every digest fits', async () => {
    const backup = await backUp();
    await close();
    const file = join(backup, 'log', 'events.db');
    const database = new DatabaseSync(file);
    database.exec(`DROP TRIGGER events_no_delete; DELETE FROM events WHERE stream_id = 'patient-${ADA}'`);
    database.close();
    const manifest = join(backup, 'manifest.json');
    const { files, ...said } = JSON.parse(readFileSync(manifest, 'utf8'));
    Object.assign(files[0], await digestOf(file));
    writeFileSync(manifest, JSON.stringify({ ...said, files }));
    const { code, why } = await restore(backup, '--replace');
    expect([code, why]).toEqual([
      1,
      expect.stringMatching(/holds \d+ events in 2 streams, its manifest says \d+ in 3/),
    ]);
    expect(
      await runForJson(addVerify, 'verify', '--data', data, '--heads', join(backup, 'log', 'heads.jsonl')),
    ).toMatchObject({
      code: 0,
    });
  });

  it('has its heads signed by whoever is named', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const [secret, open] = [join(folder, 'heads.key'), join(folder, 'heads.pub')];
    writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }));
    const checked = async (...more: string[]) => {
      const { said } = await runForJson(addBackup, 'backup', '--to', backups, '--data', data, ...more);
      const heads = join(said.backup as string, 'log', 'heads.jsonl');
      return (await runForJson(addVerify, 'verify', '--data', data, '--heads', heads, '--signed-by', open)).code;
    };
    expect(await checked('--sign-with', secret)).toBe(0);
    expect(await checked()).toBe(1);
    const refused = await runForJson(addBackup, 'backup', '--to', backups, '--data', data, '--sign-with', open);
    expect(refused.code).toBe(3);
  });

  it('takes the keys from where they are kept', async () => {
    const backup = await backUp();
    await close();
    renameSync(join(backup, 'keys'), join(folder, 'safe'));
    rmSync(data, { recursive: true });
    expect((await restore(backup, '--keys', join(folder, 'safe'))).code).toBe(0);
    await open();
    expect(await nameOf(BO)).toBe('Bo');
  });

  it('takes later keys for an older log, not older keys for a later one', async () => {
    const early = await backUp();
    await clinic!.patients.handle(CY, by({ type: 'RegisterPatient', name: 'Cy' } as const));
    await erase(BO);
    const late = await backUp();
    await close();
    rmSync(data, { recursive: true });
    expect(await restore(late, '--keys', join(early, 'keys'))).toMatchObject({
      code: 1,
      why: expect.stringContaining('1 keys that the log names are not in'),
    });
    expect((await restore(early, '--keys', join(late, 'keys'))).code).toBe(0);
    await open();
    expect([await nameOf(ADA), await nameOf(BO)]).toEqual(['Ada', 'unreadable']);
  });

  it('goes back to an instant, and what is left passes followthrough verify', async () => {
    clock.set('2026-03-02T16:00:00.000Z');
    await clinic!.patients.handle(
      ADA,
      by({ type: 'CorrectPatientDetails', name: 'Adah', reasonCode: 'changed' } as const),
    );
    const backup = await backUp();
    await close();
    const until = '2026-03-02T15:59:59.999Z';
    expect((await restore(backup, '--replace', '--until', until)).said).toMatchObject({ leftOut: 1 });
    expect((await runForJson(addVerify, 'verify', '--at', until, '--data', data)).code).toBe(0);
    await open();
    expect(await nameOf(ADA)).toBe('Ada');
    await close();
    expect(await restore(backup, '--replace', '--until', '2026-01-01T00:00:00Z')).toMatchObject({ code: 2 });
    expect(await restore(backup, '--replace', '--until', 'yesterday')).toMatchObject({ code: 2 });
  });

  it('keeps every line of who opened what, of the backup and of the replaced folder', async () => {
    const file = join(data, 'access.jsonl');
    writeFileSync(file, '{"line":1}\n{"line":2}\n');
    const backup = await backUp();
    await close();
    writeFileSync(file, '{"line":2}\n{"line":3}\n');
    expect((await restore(backup, '--replace')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('{"line":1}\n{"line":2}\n{"line":3}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps what the replaced folder knows of who was told', async () => {
    await close();
    writeFileSync(join(data, 'notices.db'), '');
    const backup = await backUp();
    expect((await restore(backup, '--replace')).said).toMatchObject({ notices: 'of the folder replaced' });
    rmSync(data, { recursive: true });
    expect((await restore(backup)).said).toMatchObject({ notices: 'of the backup' });
    expect(existsSync(join(data, 'notices.db'))).toBe(true);
  });
});

describe('an erased patient', () => {
  it('stays erased when the erasure lies beyond the cut', async () => {
    const early = await backUp();
    clock.set('2026-03-02T16:00:00.000Z');
    await erase(ADA);
    const late = await backUp();
    await close();
    rmSync(data, { recursive: true });
    // The keys of the first backup would open what Ada said.
    const { said } = await restore(late, '--keys', join(early, 'keys'), '--until', MONDAY);
    expect(said).toMatchObject({ leftOut: 2, destroyedAgain: 1 });
    await open();
    expect(await nameOf(ADA)).toBe('unreadable');
    expect(await nameOf(BO)).toBe('Bo');
    // The log does not know of it any more; two persons can say it again without a key.
    await erase(ADA);
    expect((await clinic!.patients.load(ADA)).state.erased).toBe(true);
  });

  it('stays erased when only the replaced folder knows of it, and in every restore after that', async () => {
    const backup = await backUp();
    await erase(ADA);
    await close();
    expect((await restore(backup, '--replace')).said).toMatchObject({ destroyedAgain: 1 });
    expect((await restore(backup, '--replace')).said).toMatchObject({ destroyedAgain: 1 });
    await open();
    expect(await nameOf(ADA)).toBe('unreadable');
    const later = await backUp();
    await close();
    cpSync(later, join(folder, 'carried'), { recursive: true });
    rmSync(data, { recursive: true });
    expect((await restore(join(folder, 'carried'))).code).toBe(0);
    await open();
    expect([await nameOf(ADA), await nameOf(BO)]).toEqual(['unreadable', 'Bo']);
  });

  it('is not taken for kept when the replaced folder cannot be read', async () => {
    const backup = await backUp();
    await close();
    writeFileSync(join(data, 'keys.db'), 'this is no database, and never was one'.repeat(100));
    expect((await restore(backup, '--replace')).code).toBe(0);
    const lines = jest.mocked(process.stderr.write).mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes('erasures of which only it knows'))).toHaveLength(1);
  });

  it('is remembered also by a key store that never held the key', async () => {
    const before = await backUp();
    await clinic!.patients.handle(CY, by({ type: 'RegisterPatient', name: 'Cy' } as const));
    const between = await backUp();
    await erase(CY);
    await close();
    expect((await restore(before, '--replace')).code).toBe(0);
    expect((await restore(between, '--replace')).said).toMatchObject({ destroyedAgain: 1 });
    await open();
    expect(await nameOf(CY)).toBe('unreadable');
  });
});
