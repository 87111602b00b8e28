import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openKeys } from '#access';
import { holdDataFolder } from '#runtime';
import { add } from './keys.js';
import { runCommand } from './testing/run-command.js';

let folder: string;
let data: string;
let printed: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  data = join(folder, 'data');
  process.env['FOLLOWTHROUGH_KEY_FILE'] = join(folder, 'master.key');
  const { keys } = openKeys({ env: process.env, dataDir: data, holdsFolder: true });
  keys.keyFor('organisation:clinic');
  keys.keyFor('patient:a');
  keys.destroy('patient:a');
  keys.close();
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  printed = '';
  const ended = await runCommand(add, 'keys', ...args, '--data', data);
  return typeof ended === 'number' ? { code: ended, said: printed } : { code: ended.exitCode, said: ended.message };
}
const status = async () => JSON.parse((await run('status', '--json')).said);

describe('followthrough keys', () => {
  it('says how many keys there are and which master key wraps them', async () => {
    const found = await status();
    expect(found).toEqual({
      keys: 1,
      destroyed: 1,
      damaged: [],
      wrappedUnder: expect.stringMatching(/^[0-9a-f]{16}$/),
      atHand: { id: found.wrappedUnder, from: join(folder, 'master.key') },
    });
    expect((await run('status')).said).toContain('1, and 1 destroyed');
  });

  it('says so when the master key at hand is another one', async () => {
    delete process.env['FOLLOWTHROUGH_KEY_FILE'];
    process.env['FOLLOWTHROUGH_MASTER_KEY'] = Buffer.alloc(32, 7).toString('base64');
    const { code, said } = await run('status');
    expect([code, said]).toEqual([1, expect.stringContaining('from the environment: it does not fit')]);
    expect(await run('rotate', '--new-key-file', join(folder, 'new.key'))).toMatchObject({ code: 1 });
  });

  it('names the keys that are damaged', async () => {
    const database = new DatabaseSync(join(data, 'keys.db'));
    database.exec("UPDATE keys SET wrapped = zeroblob(60) WHERE subject = 'organisation:clinic'");
    database.close();
    const { code, said } = await run('status');
    expect([code, said]).toEqual([1, expect.stringMatching(/DAMAGED +1: .*keys\.db.* organisation:clinic$/m)]);
    expect((await status()).damaged).toEqual([{ subject: 'organisation:clinic', kid: expect.any(String) }]);
  });

  it('rotates, and tells no key', async () => {
    const old = await status();
    const { code, said } = await run('rotate', '--json');
    expect([code, JSON.parse(said)]).toEqual([0, expect.objectContaining({ rewrapped: 1, damaged: 0 })]);
    const now = await status();
    expect(now.wrappedUnder).not.toBe(old.wrappedUnder);
    expect(now.atHand.id).toBe(now.wrappedUnder);
    for (const name of [join(folder, 'master.key'), JSON.parse(said).oldKeyFile])
      expect(said).not.toContain(readFileSync(name, 'utf8').trim());
  });

  it('leaves a folder alone that somebody has open, and makes none', async () => {
    const folderHeld = holdDataFolder(data);
    expect(await run('rotate')).toMatchObject({ code: 3, said: expect.stringContaining('in use') });
    folderHeld.release();
    data = join(folder, 'nowhere');
    expect(await run('rotate')).toMatchObject({ code: 3, said: expect.stringContaining('no key store') });
    expect(await run('status')).toMatchObject({ code: 3, said: expect.stringContaining('no key store') });
  });

  it('does not say that keys are missing which it is not let see', async () => {
    data = join(folder, 'closed');
    mkdirSync(data);
    symlinkSync('keys.db', join(data, 'keys.db'));
    const told = { code: 3, said: `${join(data, 'keys.db')} cannot be read (ELOOP)` };
    expect([await run('status'), await run('rotate')]).toEqual([told, told]);
  });
});
