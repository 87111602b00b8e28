import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixedClock } from '#door';
import { openSqliteStore } from '#event-store';
import { openRuntime } from '#runtime';

const CLI = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const KILLS = Number(process.env['KILLS'] ?? 8);
/** Between two moments at which it is killed: together they cover the work, which takes some tenths of a second. */
const APART_MS = 30;

/** Backup and restore, ended with SIGKILL at whatever moment: what is there is whole, and nothing is gone. */
describe('a backup and a restore that are killed', () => {
  let folder: string;
  let data: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'followthrough-restore-'));
    data = join(folder, 'data');
    env = { ...process.env, FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key') };
    const clock = fixedClock('2027-03-01T15:00:00.000Z');
    const runtime = await openRuntime({ dataDir: data, clock, env, zone: 'UTC' });
    await runtime.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const args = (...more: string[]): string[] => [CLI, ...more, '--data', data, '--json'];
  function whole(...more: string[]): any {
    const { status, stdout, stderr } = spawnSync(process.execPath, args(...more), { encoding: 'utf8', env });
    expect({ status, why: status === 0 ? '' : stderr }).toEqual({ status: 0, why: '' });
    return JSON.parse(stdout);
  }
  /** Ends a command some time after its work has begun to show on the disk. */
  async function killed(ms: number, hasBegun: () => boolean, ...more: string[]): Promise<void> {
    const child = spawn(process.execPath, args(...more), { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    while (!hasBegun() && child.exitCode === null) await sleep(1);
    await Promise.race([sleep(ms), ended]);
    child.kill('SIGKILL');
    await ended;
  }
  async function headIn(at: string): Promise<unknown> {
    const store = await openSqliteStore({ file: join(at, 'events.db'), readOnly: true });
    try {
      return await store.head();
    } finally {
      await store.close();
    }
  }
  const beside = (mark: string): string[] => readdirSync(folder).filter((name) => name.includes(mark));

  it('leave a whole backup or none, and one whole data folder', async () => {
    const backups = join(folder, 'backups');
    const made = whole('backup', '--to', backups);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = readdirSync(backups).length;
      await killed(kill * APART_MS, () => readdirSync(backups).length > before, 'backup', '--to', backups);
    }
    expect(readdirSync(backups).filter((one) => one.endsWith('.partial'))).not.toEqual([]);
    for (const name of readdirSync(backups).filter((one) => !one.endsWith('.partial')))
      expect(existsSync(join(backups, name, 'manifest.json'))).toBe(true);

    const restoring = ['restore', '--from', made.backup, '--replace'] as const;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [asides, drafts] = [beside('before-restore').length, beside('restoring').length];
      await killed(kill * APART_MS, () => beside('restoring').length > drafts, ...restoring);
      // Killed between its two renames it leaves the place empty, and both folders whole beside it.
      if (!existsSync(data)) {
        expect(beside('before-restore')).toHaveLength(asides + 1);
        whole(...restoring);
      }
      expect(await headIn(data)).toEqual(made.log.head);
    }
    expect(beside('restoring')).not.toEqual([]);
    for (const name of beside('before-restore')) expect(await headIn(join(folder, name))).toEqual(made.log.head);
  }, 120_000);
});
