import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { oneAtATime } from './one-at-a-time.mjs';

let lock = '';
beforeEach(() => {
  lock = join(mkdtempSync(join(tmpdir(), 'followthrough-lock-')), 'run.lock');
});
afterEach(() => rmSync(join(lock, '..'), { recursive: true }));

it('lets the second wait for the first', async () => {
  const said: string[] = [];
  const work = (name: string) => async () => {
    said.push(`${name} begins`);
    await sleep(20);
    said.push(`${name} ends`);
  };
  await Promise.all([oneAtATime(lock, work('first')), oneAtATime(lock, work('second'))]);
  expect(said).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

it('takes over from an owner that died', async () => {
  writeFileSync(lock, '2147483646');
  expect(await oneAtATime(lock, async () => 'done')).toBe('done');
});

it('takes over from an owner that died and whose id is ours by now', async () => {
  writeFileSync(lock, String(process.pid));
  expect(await oneAtATime(lock, async () => 'done')).toBe('done');
});

it('gives the lock back after a failure', async () => {
  await expect(oneAtATime(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});
