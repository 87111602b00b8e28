import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { instrument, UNREADABLE } from '#care';
import { fixedClock, scaledClock, type Envelope } from '#door';
import { DataFolderInUse, memoryRuntime, openRuntime, type OpenRuntime } from './index.js';

const PATIENT = '018f2f6e-0000-7000-8000-000000000001';
const MONDAY = '2026-03-02T15:00:00.000Z';

let folder: string;
let dataDir: string;
let open: OpenRuntime[];
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  dataDir = join(folder, 'data');
  open = [];
  warnings = [];
});

afterEach(async () => {
  await Promise.all(open.map((runtime) => runtime.close()));
  rmSync(folder, { recursive: true });
});

async function start(clock = fixedClock(MONDAY) as Parameters<typeof openRuntime>[0]['clock']): Promise<OpenRuntime> {
  const env = { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') };
  const runtime = await openRuntime({
    dataDir,
    clock,
    env,
    zone: 'America/New_York',
    warn: (message) => warnings.push(message),
  });
  open.push(runtime);
  return runtime;
}

async function stop(runtime: OpenRuntime): Promise<void> {
  open = open.filter((one) => one !== runtime);
  await runtime.close();
}

let last = 0;
const by = <C>(command: C): Envelope<C> => ({
  commandId: `c-${(last += 1)}`,
  command,
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  organisation: 'clinic',
});
const registration = { type: 'RegisterPatient', name: 'Ada' } as const;
const referral = {
  type: 'ReferPatient',
  patientId: PATIENT,
  site: 'main',
  referredBy: 'pcp-1',
  urgency: 'routine',
  note: 'sealed',
} as const;
const closure = { type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const;
const erasure = { type: 'RequestErasure', reasonCode: 'patient-right' } as const;
/** Asked for by one person, to be approved by another. */
async function approvalIn({ patients }: Pick<OpenRuntime, 'patients'>) {
  const { loaded } = await patients.handle(PATIENT, { ...by(erasure), actor: 'user:admin-1' });
  return { ...by({ type: 'ApproveErasure', request: loaded.revision } as const), actor: 'user:sup-1' as const };
}

describe('the runtime of the try profile', () => {
  it('finds after a restart what it recorded before', async () => {
    const first = await start();
    expect(first.masterKey.created).toBe(true);
    await first.patients.handle(PATIENT, by(registration));
    const { episodeId } = await first.episodes.refer(by(referral));
    await stop(first);
    const second = await start();
    expect(second.masterKey.created).toBe(false);
    expect((await second.patients.load(PATIENT)).state.details).toEqual({ name: 'Ada' });
    expect(await second.episodes.settle(episodeId, 'system:watchdog')).toMatchObject({
      phase: 'referred',
      derivation: 'done',
      next: { kind: 'first-outreach' },
    });
  });

  it('seeds the clinic once', async () => {
    const first = await start();
    const { revision } = await first.organisations.load('clinic');
    await stop(first);
    expect((await (await start()).organisations.load('clinic')).revision).toBe(revision);
  });

  it('lets nobody else into its data folder while it lives', async () => {
    const first = await start();
    await expect(start()).rejects.toBeInstanceOf(DataFolderInUse);
    await stop(first);
    expect((await start()).dataDir).toBe(dataDir);
  });

  it('takes the folder over from a process that was killed', async () => {
    await stop(await start());
    const hold = `const { DatabaseSync } = require('node:sqlite');
      globalThis.held = new DatabaseSync(process.argv[1]);
      held.exec('BEGIN EXCLUSIVE');
      process.stdout.write('held');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['-e', hold, join(dataDir, 'lock.db')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(start()).rejects.toBeInstanceOf(DataFolderInUse);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect((await start()).dataDir).toBe(dataDir);
  });

  it('leaves nothing open when a part cannot be opened', async () => {
    await stop(await start());
    const wrong = { FOLLOWTHROUGH_KEY_FILE: join(folder, 'another.key') };
    await expect(openRuntime({ dataDir, clock: fixedClock(MONDAY), env: wrong })).rejects.toMatchObject({
      name: 'MasterKeyError',
    });
    expect((await start()).dataDir).toBe(dataDir);
  });

  it('destroys at its start the keys that the record says were erased, also after old keys came back', async () => {
    const first = await start();
    await first.patients.handle(PATIENT, by(registration));
    const { episodeId } = await first.episodes.refer(by(referral));
    await stop(first);
    copyFileSync(join(dataDir, 'keys.db'), join(folder, 'keys.backup'));
    const second = await start();
    await second.episodes.handle(episodeId, by(closure));
    const approval = await approvalIn(second);
    expect((await second.patients.approveErasure(PATIENT, approval)).kind).toBe('appended');
    expect((await second.patients.approveErasure(PATIENT, approval)).kind).toBe('repeated');
    expect((await second.patients.load(PATIENT)).state.details).toBe(UNREADABLE);
    await stop(second);
    copyFileSync(join(folder, 'keys.backup'), join(dataDir, 'keys.db'));
    const third = await start();
    expect(warnings).toEqual([expect.stringContaining('destroyed 1 keys again')]);
    expect((await third.patients.load(PATIENT)).state).toMatchObject({ details: UNREADABLE, erased: true });
    expect(await third.episodes.handle(episodeId, by({ type: 'AddNote', text: 'too late' } as const))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'patient-erased' },
    });
    expect(await third.episodes.settle(episodeId, 'system:watchdog')).toMatchObject({ closed: true, raised: [] });
  });

  it('destroys a key whose erasure was recorded though its approval failed, without another start', async () => {
    const runtime = await start();
    await runtime.patients.handle(PATIENT, by(registration));
    const approval = await approvalIn(runtime);
    jest.spyOn(runtime.keys, 'destroy').mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
    await runtime.patients.approveErasure(PATIENT, approval).catch(() => undefined);
    const kid = runtime.keys.kidOf(`patient:${PATIENT}`)!;
    for (let i = 0; i < 100 && runtime.keys.open(kid) !== null; i += 1) await sleep(20);
    expect((await runtime.patients.load(PATIENT)).state.details).toBe(UNREADABLE);
  });

  it('says at its start that keys are gone which the log names, and goes on', async () => {
    const first = await start();
    await first.patients.handle(PATIENT, by(registration));
    await stop(first);
    for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `keys.db${end}`), { force: true });
    const second = await start();
    expect(warnings).toEqual([expect.stringContaining('1 keys that the log names are not in keys.db')]);
    expect((await second.patients.load(PATIENT)).state.details).toBe(UNREADABLE);
  });

  it('makes no keys of its own beside another process', async () => {
    const env = { FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') };
    const log = 'kurrentdb://127.0.0.1:1?tls=false';
    const beside = openRuntime({ dataDir, clock: fixedClock(MONDAY), env, log, besideAnother: true });
    await expect(beside).rejects.toMatchObject({ name: 'KeyStoreUnusable' });
    expect(existsSync(dataDir)).toBe(false);
  });

  it('moves a scaled clock on to what the record knows', async () => {
    await stop(await start());
    const clock = scaledClock({ realMsPerDay: 86_400_000, startInstant: '2026-01-01T00:00:00Z' });
    await start(clock);
    expect(clock.now().toISOString() >= MONDAY).toBe(true);
    clock.close();
  });
});

describe('the runtime in memory', () => {
  it('has the same doors', async () => {
    const clock = fixedClock(MONDAY);
    const runtime = await memoryRuntime({ clock });
    await runtime.patients.handle(PATIENT, by(registration));
    const { episodeId } = await runtime.episodes.refer(by(referral));
    clock.set('2026-03-04T15:00:00.000Z');
    expect((await runtime.episodes.settle(episodeId, 'system:workflow')).raised).toHaveLength(1);
    await runtime.episodes.handle(episodeId, by(closure));
    expect((await runtime.patients.approveErasure(PATIENT, await approvalIn(runtime))).kind).toBe('appended');
    expect((await runtime.patients.load(PATIENT)).state.details).toBe(UNREADABLE);
    await runtime.close();
  });

  it('lets an episode of somebody erased be closed, without a word', async () => {
    const runtime = await memoryRuntime({ clock: fixedClock(MONDAY) });
    await runtime.patients.handle(PATIENT, by(registration));
    const { episodeId } = await runtime.episodes.refer(by(referral));
    // As a referral leaves it that came at another process in the moment of the approval.
    runtime.keys.destroy(`patient:${PATIENT}`);
    runtime.door.forget();
    const close = (given = {}) => runtime.episodes.handle(episodeId, by({ ...closure, ...given }));
    expect(await close({ note: 'too late' })).toMatchObject({
      kind: 'refused',
      refusal: { code: 'patient-erased' },
    });
    expect(await close()).toMatchObject({ kind: 'appended' });
    expect(await runtime.episodes.settle(episodeId, 'system:watchdog')).toMatchObject({ closed: true });
    await runtime.close();
  });
});

describe('questionnaires of the clinic’s own', () => {
  const own = { ...instrument('AUDIT-C')!, code: 'OWN-1', alsoCalled: [] };
  const put = (name: string, text: string): void => {
    mkdirSync(join(dataDir, 'instruments'), { recursive: true });
    writeFileSync(join(dataDir, 'instruments', name), text);
  };

  it('are files in the data folder; one that cannot be used is named, and the rest goes on', async () => {
    put('a-broken.json', '{');
    put('b-none.json', JSON.stringify({ ...own, bands: [] }));
    put('c-own.json', JSON.stringify(own));
    put('notes.txt', 'not looked at');
    const runtime = await start();
    expect(instrument('OWN-1')).toMatchObject({ code: 'OWN-1', totalLoinc: '75626-2' });
    expect(warnings).toEqual([
      expect.stringMatching(/^instruments\/a-broken\.json is left out: /),
      'instruments/b-none.json is left out: not an instrument: bands: do not reach the highest total, 12',
    ]);
    expect(await runtime.patients.handle(PATIENT, by(registration))).toMatchObject({ kind: 'appended' });
  });
});
