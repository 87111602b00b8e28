import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { masterKeyId } from './key-check.js';
import { destroyKeys, keyNames, masterKeyIdOf } from './key-file.js';
import { KeyStoreUnusable, WrongMasterKey } from './key-ring.js';
import { openKeys } from './open-keys.js';
import { rotateMasterKey, type Rotation, type RotationStep } from './rotate.js';

const PATIENTS = 5;
const NOW = new Date('2026-11-28T12:00:00.000Z');
let folder: string;
let dataDir: string;
let file: string;
let env: NodeJS.ProcessEnv;
/** Every patient's key, by its id. */
let known: Map<string, Uint8Array>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotate-'));
  dataDir = join(folder, 'data');
  file = join(folder, 'secret', 'master.key');
  env = { FOLLOWTHROUGH_KEY_FILE: file };
  const { keys } = openKeys({ env, dataDir, holdsFolder: true });
  known = new Map();
  for (let n = 0; n < PATIENTS; n += 1) {
    const { kid, key } = keys.keyFor(`patient:${randomUUID()}`);
    known.set(kid, key);
  }
  keys.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const rotate = (more: Partial<Rotation> = {}) => rotateMasterKey({ env, dataDir, now: NOW, ...more });
const store = () => join(dataDir, 'keys.db');
const idIn = (at: string): string => masterKeyId(Buffer.from(readFileSync(at, 'utf8').trim(), 'base64url'));
const secrets = (): string[] => readdirSync(dirname(file)).toSorted();

/** Every key that a start of the server could read. */
function readable(where = env, at = dataDir): Map<string, Uint8Array | null> {
  const { keys } = openKeys({ env: where, dataDir: at, holdsFolder: true });
  try {
    return new Map([...known.keys()].map((kid) => [kid, keys.open(kid)]));
  } finally {
    keys.close();
  }
}

describe('a new master key', () => {
  it('takes the place of the old one, which stays for older backups', () => {
    cpSync(dataDir, join(folder, 'backup'), { recursive: true });
    const before = { id: idIn(file), wrapped: readFileSync(store()) };
    const rotated = rotate();
    expect(rotated).toEqual({
      masterKeyId: idIn(file),
      file,
      oldKeyFile: `${file}.until-2026-11-28T12-00-00-000Z`,
      rewrapped: PATIENTS,
      damaged: 0,
    });
    expect(rotated.masterKeyId).not.toBe(before.id);
    expect(masterKeyIdOf(store())).toBe(rotated.masterKeyId);
    expect(readable()).toEqual(known);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const old = { FOLLOWTHROUGH_KEY_FILE: rotated.oldKeyFile! };
    expect(() => readable(old)).toThrow(WrongMasterKey);
    expect(readable(old, join(folder, 'backup'))).toEqual(known);
  });

  it('may lie elsewhere: then the operator names it from now on', () => {
    const elsewhere = join(folder, 'elsewhere.key');
    expect(rotate({ newKeyFile: elsewhere })).toMatchObject({ file: elsewhere, oldKeyFile: null });
    expect(secrets()).toEqual(['master.key']);
    expect(readable({ FOLLOWTHROUGH_KEY_FILE: elsewhere })).toEqual(known);
  });

  it('can follow one from the environment', () => {
    const injected = { FOLLOWTHROUGH_MASTER_KEY: readFileSync(file, 'utf8').trim() };
    expect(readable(injected)).toEqual(known);
    expect(() => rotate({ env: injected })).toThrow(/--new-key-file/);
    const elsewhere = join(folder, 'elsewhere.key');
    rotate({ env: injected, newKeyFile: elsewhere });
    expect(readable({ FOLLOWTHROUGH_MASTER_KEY: readFileSync(elsewhere, 'utf8').trim() })).toEqual(known);
  });

  it('is refused when it is the old one, lies in the data folder, or cannot be made', () => {
    expect(() => rotate({ newKeyFile: file })).toThrow(/in use already/);
    expect(() => rotate({ newKeyFile: join(dataDir, 'new.key') })).toThrow(/must not lie in the data folder/);
    writeFileSync(join(folder, 'a-file'), '');
    expect(() => rotate({ newKeyFile: join(folder, 'a-file', 'new.key') })).toThrow(/--new-key-file|cannot be read/);
    expect(readable()).toEqual(known);
  });

  it('is refused while another process has the store open, also one that holds no folder and does nothing', () => {
    const { keys } = openKeys({ env, dataDir, holdsFolder: false });
    expect(() => rotate()).toThrow(/in use.*the API too/);
    expect(secrets()).toEqual(['master.key']);
    const later = keys.keyFor(`patient:${randomUUID()}`);
    known.set(later.kid, later.key);
    keys.close();
    expect(rotate()).toMatchObject({ rewrapped: PATIENTS + 1 });
    expect(readable()).toEqual(known);
  });

  it('lets nobody open the store before it is done', () => {
    const opening = (): unknown => openKeys({ env, dataDir, holdsFolder: false }).keys;
    const reached = (step: RotationStep): void => {
      if (step === 'all keys wrapped') expect(opening).toThrow(KeyStoreUnusable);
    };
    expect(rotate({ reached })).toMatchObject({ rewrapped: PATIENTS });
    expect(readable()).toEqual(known);
  });

  it('leaves destroyed keys destroyed and damaged ones as they are', () => {
    const [gone, damaged] = [...known.keys()];
    destroyKeys(
      store(),
      keyNames(store()).filter(({ kid }) => kid === gone),
    );
    const database = new DatabaseSync(store());
    database.exec(`UPDATE keys SET wrapped = zeroblob(60) WHERE kid = '${damaged}'`);
    database.close();
    expect(rotate()).toMatchObject({ rewrapped: PATIENTS - 2, damaged: 1 });
    expect([...readable().values()].filter((key) => key !== null)).toHaveLength(PATIENTS - 2);
    expect(keyNames(store()).filter(({ isDestroyed }) => isDestroyed)).toHaveLength(1);
  });
});

describe('a rotation that is killed', () => {
  const loader = fileURLToPath(new URL('../../../test/simulation/from-source.mjs', import.meta.url));
  const rotation = pathToFileURL(fileURLToPath(new URL('./rotate.ts', import.meta.url))).href;

  /** Rotates in a process of its own, which ends with SIGKILL when it has reached a step for the n-th time. */
  function killedAt(step: RotationStep, nth: number): void {
    const script = `const { rotateMasterKey } = await import(${JSON.stringify(rotation)});
      let seen = 0;
      const reached = (step) => { if (step === ${JSON.stringify(step)} && ++seen === ${nth}) process.kill(process.pid, 'SIGKILL'); };
      rotateMasterKey({ env: process.env, dataDir: ${JSON.stringify(dataDir)}, now: new Date(), reached });`;
    const args = ['--conditions=source', '--import', loader, '--input-type=module', '-e', script];
    const { signal, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
  }

  it.each<[RotationStep, number]>([
    ['new key on disk', 1],
    ['one key wrapped', 1],
    ['one key wrapped', PATIENTS],
    ['all keys wrapped', 1],
    ['new key in place', 1],
  ])('when %s (%d) leaves a store that opens, and can be done again', (step, nth) => {
    killedAt(step, nth);
    const beforeStart = secrets();
    expect(readable()).toEqual(known);
    expect(existsSync(file)).toBe(true);
    expect(masterKeyIdOf(store())).toBe(idIn(file));
    expect(beforeStart).toContain('master.key');
    const { masterKeyId: id } = rotate();
    expect(idIn(file)).toBe(id);
    expect(secrets()).not.toContain('master.key.next');
    expect(readable()).toEqual(known);
  });

  it('is read also by a process that may not end it', () => {
    killedAt('all keys wrapped', 1);
    const { keys } = openKeys({ env, dataDir, holdsFolder: false });
    expect(keys.open([...known.keys()][0]!)).not.toBeNull();
    keys.close();
    expect(secrets()).toEqual(['master.key', 'master.key.next']);
  });
});
