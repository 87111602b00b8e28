import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PrivateFileError } from '../private-file.js';
import { openKeyStore } from './key-store.js';
import { loadMasterKey, masterKeyFile, MasterKeyError } from './master-key.js';

let folder: string;
let dataDir: string;
let configDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'master-'));
  dataDir = join(folder, 'data');
  configDir = join(folder, 'config');
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (env: NodeJS.ProcessEnv = {}) => loadMasterKey({ env, dataDir, configDir });

function write(file: string, content: string, mode = 0o600): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

describe('the master key', () => {
  it('is made on first use, for its owner alone, and found again', () => {
    const first = load();
    expect(first).toMatchObject({ file: join(configDir, 'followthrough', 'master.key'), created: true });
    expect(first.key).toHaveLength(32);
    expect(statSync(first.file!).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(first.file!)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(first.file!))).toEqual(['master.key']);
    expect(load()).toEqual({ ...first, created: false });
  });

  it('is where FOLLOWTHROUGH_KEY_FILE says', () => {
    const key = randomBytes(32);
    const file = write(join(folder, 'secrets', 'key'), `${key.toString('base64url')}\n`);
    expect(load({ FOLLOWTHROUGH_KEY_FILE: file })).toEqual({ key, file, created: false });
  });

  it.each(['base64', 'base64url'] as const)(
    'is what FOLLOWTHROUGH_MASTER_KEY holds in %s, and no file is made',
    (encoding) => {
      const key = randomBytes(32);
      expect(load({ FOLLOWTHROUGH_MASTER_KEY: key.toString(encoding) })).toEqual({ key, file: null, created: false });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('is what the program of a key management service prints, and no file is made', () => {
    const key = randomBytes(32);
    const sealed = write(join(folder, 'sealed'), Buffer.from(key.toString('base64')).toString('hex'));
    const open = `Buffer.from(require('fs').readFileSync(process.argv[1], 'utf8'), 'hex').toString()`;
    const command = `"${process.execPath}" -p "${open}" "${sealed}"`;
    expect(load({ FOLLOWTHROUGH_MASTER_KEY_COMMAND: command })).toEqual({ key, file: null, created: false });
    expect(readdirSync(folder)).toEqual(['sealed']);
  });

  it('is not had when that program fails, is not there or prints something else', () => {
    const told = (command: string) => () => load({ FOLLOWTHROUGH_MASTER_KEY_COMMAND: command });
    expect(told('exit 3')).toThrow('ended with 3, so there is no master key');
    expect(told('no-such-program-anywhere 2>&1')).toThrow(/ended with 127|ended with 1/);
    expect(told('echo locked')).toThrow('What FOLLOWTHROUGH_MASTER_KEY_COMMAND prints does not hold 32 bytes');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken from a variable that holds something else, nor from two places', () => {
    for (const wrong of ['short', 'ä'.repeat(43), randomBytes(31).toString('base64')])
      expect(() => load({ FOLLOWTHROUGH_MASTER_KEY: wrong })).toThrow(
        /FOLLOWTHROUGH_MASTER_KEY does not hold 32 bytes/,
      );
    const both = { FOLLOWTHROUGH_MASTER_KEY: randomBytes(32).toString('base64'), FOLLOWTHROUGH_KEY_FILE: '/x' };
    expect(() => load(both)).toThrow(/Keep one of them/);
    expect(() => load({ FOLLOWTHROUGH_MASTER_KEY_COMMAND: 'echo', FOLLOWTHROUGH_KEY_FILE: '/x' })).toThrow(
      'FOLLOWTHROUGH_MASTER_KEY_COMMAND and FOLLOWTHROUGH_KEY_FILE each name a master key',
    );
  });

  it('is else in the configuration folder of the user', () => {
    expect(masterKeyFile({ env: { XDG_CONFIG_HOME: '/x', HOME: '/h' } })).toBe('/x/followthrough/master.key');
    expect(masterKeyFile({ env: { XDG_CONFIG_HOME: 'relative', HOME: '/h' } })).toBe(
      '/h/.config/followthrough/master.key',
    );
    expect(masterKeyFile({ env: { HOME: '/h' } })).toBe('/h/.config/followthrough/master.key');
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o620])('is refused when others may touch the file (mode %o)', (mode) => {
    const { file } = load();
    chmodSync(file!, mode);
    expect(() => load()).toThrow(PrivateFileError);
    expect(() => load()).toThrow(/chmod 600/);
  });

  it('is refused in the data folder, also by way of a symbolic link, and not made there', () => {
    const inside = join(dataDir, 'deep', 'master.key');
    expect(() => load({ FOLLOWTHROUGH_KEY_FILE: inside })).toThrow(MasterKeyError);
    mkdirSync(dataDir);
    symlinkSync(dataDir, join(folder, 'elsewhere'));
    expect(() => load({ FOLLOWTHROUGH_KEY_FILE: join(folder, 'elsewhere', 'master.key') })).toThrow(/data folder/);
    const linked = join(folder, 'linked.key');
    symlinkSync(write(inside, randomBytes(32).toString('base64url')), linked);
    expect(() => load({ FOLLOWTHROUGH_KEY_FILE: linked })).toThrow(/data folder/);
    expect(readdirSync(dataDir)).toEqual(['deep']);
  });

  it('may lie in a folder whose name only begins like the data folder', () => {
    expect(load({ FOLLOWTHROUGH_KEY_FILE: join(folder, 'data-keys', 'master.key') }).created).toBe(true);
    expect(load({ FOLLOWTHROUGH_KEY_FILE: join(folder, '..data', 'master.key') }).created).toBe(true);
  });

  it.each(['', 'short', randomBytes(31).toString('base64url'), randomBytes(33).toString('base64url'), 'ä'.repeat(43)])(
    'is refused when the file holds something else (%j)',
    (content) => {
      const file = write(join(folder, 'key'), content);
      expect(() => load({ FOLLOWTHROUGH_KEY_FILE: file })).toThrow(MasterKeyError);
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );

  it('is refused when it is no file', () => {
    mkdirSync(join(folder, 'key'), { recursive: true });
    expect(() => load({ FOLLOWTHROUGH_KEY_FILE: join(folder, 'key') })).toThrow(PrivateFileError);
  });

  it('is not made anew beside a key store that needs the old one', () => {
    const { key, file } = load();
    openKeyStore({ file: join(dataDir, 'keys.db'), masterKey: key }).close();
    rmSync(file!);
    expect(() => load()).toThrow(/was made with one/);
    expect(readdirSync(dirname(file!))).toEqual([]);
  });
});
