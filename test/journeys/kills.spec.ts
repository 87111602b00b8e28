import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from './journey.js';

/** The demo as a person runs it, killed again and again; the log alone says afterwards whether anything was missed, early or doubled. */
const CLI = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));
const KILLS = Number(process.env['KILLS'] ?? 3);

/** Mulberry32: the same kills at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the demo, killed with SIGKILL and started again', () => {
  let folder: string;
  let child: ChildProcess;
  let said = '';
  const random = seeded(20261123);
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'followthrough-kills-'))));
  afterAll(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await until(() => child.exitCode !== null || child.signalCode !== null, 'the demo ends', 60_000);
    }
    rmSync(folder, { recursive: true, force: true });
  }, 90_000);

  function start(): void {
    const env = {
      ...process.env,
      FOLLOWTHROUGH_DATA: join(folder, 'data'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      PORT: '0',
    };
    child = spawn(process.execPath, [CLI, 'demo', '--no-examples'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    said = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (text: Buffer) => void (said += text.toString()));
  }

  it(
    `after ${KILLS} kills nothing is lost, early, doubled or silent`,
    async () => {
      for (let kill = 0; kill <= KILLS; kill += 1) {
        start();
        await until(() => said.includes('is ready'), `start ${kill + 1}: ${said}`, 60_000);
        if (kill === KILLS) break;
        await new Promise((resolve) => setTimeout(resolve, 1500 + random() * 5000));
        child.kill('SIGKILL');
        await until(() => child.signalCode !== null, 'the process is gone');
      }
      await until(
        () => /raised by the (workflow|watchdog)/.test(said),
        `a raise after the last start: ${said}`,
        60_000,
      );
      await new Promise((resolve) => setTimeout(resolve, 5000));
      const verify = () =>
        spawnSync(process.execPath, [CLI, 'verify', '--json', '--data', join(folder, 'data', 'demo')], {
          encoding: 'utf8',
        });
      let verified = verify();
      // A day is two seconds here: a machine that is busy for some seconds is days behind, and has minutes to recover.
      await until(
        () => (verified = verify()).status === 0 || JSON.parse(verified.stdout).silent === 0,
        'nothing is silent any more',
        60_000,
      );
      expect(verified.stderr).toBe('');
      expect(JSON.parse(verified.stdout)).toMatchObject({
        chain: 'intact',
        early: 0,
        doubled: 0,
        silent: 0,
        openEpisodesWithoutFollowUp: 0,
        problems: [],
      });
      expect(verified.status).toBe(0);
    },
    60_000 + KILLS * 60_000,
  );
});
