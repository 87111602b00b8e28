import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSqliteStore } from '#event-store';
import { asFailure } from './command.js';
import { openSampleClinic } from './verify/sample-clinic.js';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function inShell(...args: string[]): string {
  const loader = from('../../../test/simulation/from-source.mjs');
  const call = ['--conditions=source', '--import', loader, from('./main.ts'), ...args];
  return [process.execPath, '--disable-warning=ExperimentalWarning', ...call].map((word) => `'${word}'`).join(' ');
}

const sh = (script: string) => spawnSync('sh', ['-c', script], { encoding: 'utf8' });
/** As most machines have it: what is made can be read by everybody. */
const followthrough = (...args: string[]) => sh(`umask 022; exec ${inShell(...args)}`);

const NO_ROOM = '/dev/full';
const hasFullDisk = existsSync(NO_ROOM);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const isUp = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('the program', () => {
  it('makes files for its owner alone, also in a folder that was there and is open', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    chmodSync(data, 0o755);
    const store = await openSqliteStore({ file: join(folder, 'before.db') });
    await openSampleClinic(undefined, store);
    await store.close();
    const after = join(data, 'events.db');
    const { status, stderr } = followthrough(
      'migrate-log',
      '--from',
      `sqlite:${join(folder, 'before.db')}`,
      '--to',
      `sqlite:${after}`,
    );
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(statSync(after).mode & 0o777).toBe(0o600);
  });

  it('fails when nobody reads an export to its end; who has seen enough of another list has not failed it', async () => {
    const store = await openSqliteStore({ file: join(folder, 'events.db') });
    await openSampleClinic(undefined, store);
    await store.close();
    const unread = (...args: string[]) => sh(`{ ${inShell(...args)}; echo "exit $?" >&2; } | true`).stderr;
    expect(unread('export', '--data', folder)).toMatch(/nobody read on: the log was not written whole\nexit 1\n$/);
    expect(unread('verify', '--data', folder)).toMatch(/exit 0\n$/);
  });

  (hasFullDisk ? it : it.skip).each([
    ['export', 'the log was not written whole'],
    ['verify', 'the answer cannot be written'],
  ])('says in one line that there is no room for what %s has to say', async (command, words) => {
    const store = await openSqliteStore({ file: join(folder, 'events.db') });
    await openSampleClinic(undefined, store);
    await store.close();
    const { status, stderr } = sh(`exec ${inShell(command, '--data', folder)} > ${NO_ROOM}`);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^followthrough: .*\n$/)]);
    expect(stderr).toContain(words);
  });

  (hasFullDisk ? it : it.skip)(
    'serves on when nothing can be printed any more, and stops as asked',
    async () => {
      const port = await freePort();
      const server = spawn('sh', ['-c', `exec ${inShell('start')} > ${NO_ROOM} 2>&1`], {
        env: {
          ...process.env,
          ...{ PORT: String(port), TEMPORAL_ADDRESS: 'none', FOLLOWTHROUGH_DATA: join(folder, 'data') },
          FOLLOWTHROUGH_KEY_FILE: join(folder, 'master.key'),
        },
      });
      const ended = once(server, 'exit');
      while (server.exitCode === null && !(await isUp(port))) await setTimeout(50);
      server.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
    60_000,
  );

  it('says in one line what a person can set right, and how it ends', () => {
    const { status, stderr } = followthrough('keys', 'status', '--data', folder);
    expect([status, stderr]).toEqual([3, `followthrough: there is no key store at ${join(folder, 'keys.db')}\n`]);
  });
});

describe('an error', () => {
  it.each([
    ['DataFolderInUse', 3],
    ['DataFolderUnusable', 3],
    ['DoorUnavailable', 3],
    ['EventStoreError', 3],
    ['TryIssuerRefused', 3],
    ['MasterKeyError', 3],
    ['PrivateFileError', 3],
    ['KeyStoreUnusable', 3],
    ['WrongMasterKey', 1],
  ])('%s is told in its own words', (name, exitCode) => {
    expect(asFailure(Object.assign(new Error('what to do'), { name }))).toMatchObject({
      message: 'what to do',
      exitCode,
    });
  });

  it('of ours keeps its stack', () => {
    expect(asFailure(new TypeError('undefined is not a function'))).toBeNull();
  });

  it.each([
    ['EADDRINUSE', 'listen'],
    ['EADDRNOTAVAIL', 'listen'],
    ['EACCES', 'listen'],
    ['ENOTFOUND', 'getaddrinfo'],
  ])('%s of an address to listen on is told in its own words', (code, syscall) => {
    expect(asFailure(Object.assign(new Error('what to do'), { code, syscall }))).toMatchObject({
      message: 'what to do',
      exitCode: 3,
    });
  });
});
