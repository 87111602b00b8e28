import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TemporalServerProcess } from './server-process.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'server-process-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** A program that stands in for the server: does `first`, then listens where it is told to. */
async function serverThat(first: string, env: NodeJS.ProcessEnv): Promise<TemporalServerProcess> {
  const binary = join(folder, 'server');
  const script = `#!${process.execPath}
const { createServer } = require('node:net');
const fs = require('node:fs');
${first}
createServer().listen(Number(process.argv[process.argv.indexOf('--port') + 1]), '127.0.0.1');
process.on('SIGTERM', () => process.exit());`;
  writeFileSync(binary, script, { mode: 0o700 });
  return new TemporalServerProcess({
    ...{ binary, env, port: await freePort(), uiPort: await freePort() },
    dbFile: join(folder, 'temporal.db'),
    pidFile: join(folder, 'temporal.pid'),
    operator: { info: () => undefined, warn: () => undefined },
  });
}

describe('the process of the Temporal server', () => {
  it('is told none of our secrets', async () => {
    const file = join(folder, 'env.json');
    const server = await serverThat(`fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env));`, {
      MARK: 'inherited',
      FOLLOWTHROUGH_MASTER_KEY: 'a secret',
    });
    await server.start();
    await server.stop();
    const env = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    expect(env['MARK']).toBe('inherited');
    expect(Object.keys(env).filter((name) => name.startsWith('FOLLOWTHROUGH_'))).toEqual([]);
  });

  it('is tried again when it ends while it starts', async () => {
    const mark = JSON.stringify(join(folder, 'was-here'));
    const server = await serverThat(
      `if (!fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); process.exit(1); }`,
      {},
    );
    await expect(server.start()).rejects.toThrow('ended while starting');
    expect(server.isKeptUp()).toBe(true);
    const { hostname, port } = new URL(`http://${server.address}`);
    const answers = (): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.once('connect', () => resolve(socket.destroy() && true)).once('error', () => resolve(false));
      });
    while (!(await answers())) await sleep(50);
    await server.stop();
    expect([server.isKeptUp(), await answers()]).toEqual([false, false]);
  });
});
