import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sourceStamp } from './run/build.mjs';

// A checkout that is installed and built, whose program is a few lines.
const program = `
  const [word, more] = process.argv.slice(2);
  if (word === 'exit') process.exit(Number(more));
  if (word === 'die') process.kill(process.pid, more);
  if (word === 'wait') {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { console.log(signal); process.exit(7); });
    setInterval(() => {}, 1000);
    console.log('waiting');
  }
  if (word === 'say') console.log(JSON.stringify(process.argv.slice(2)));
`;

describe('the command', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'followthrough-run-'));
  const command = join(checkout, 'tools', 'run.mjs');

  beforeAll(() => {
    cpSync(fileURLToPath(new URL('.', import.meta.url)), join(checkout, 'tools'), { recursive: true });
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(checkout, file)), { recursive: true });
      writeFileSync(join(checkout, file), text);
    };
    write('package.json', '{ "type": "module" }');
    write('package-lock.json', '{}');
    write('node_modules/.followthrough-stamp', createHash('sha256').update('{}').digest('hex'));
    mkdirSync(join(checkout, 'node_modules/node/bin'), { recursive: true });
    symlinkSync(process.execPath, join(checkout, 'node_modules/node/bin/node'));
    write('dist/apps/cli/src/main.js', program);
    write('dist/.stamp', sourceStamp(checkout));
  });
  afterAll(() => rmSync(checkout, { recursive: true }));

  const followthrough = (...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });

  it('hands its words on, and keeps stdout and stderr clean', () => {
    expect(followthrough('say', '--to', 'you')).toMatchObject({
      stdout: '["say","--to","you"]\n',
      stderr: '',
      status: 0,
    });
  });

  it('exits as the program does', () => {
    expect(followthrough('exit', '42').status).toBe(42);
  });

  it('tells of the signal that ended the program', () => {
    expect(followthrough('die', 'SIGKILL').status).toBe(128 + 9);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on once and waits for the end', async (signal) => {
    const child = spawn(process.execPath, [command, 'wait'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said === 'waiting\n') child.kill(signal);
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([said, status]).toEqual([`waiting\n${signal}\n`, 7]);
  });
});
