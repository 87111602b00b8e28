import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('the process of the Temporal server', () => {
  it('is told none of our secrets', async () => {
    const binary = join(folder, 'server');
    // Stands in for the server: writes down its environment, then listens where it is told to.
    const script = `#!${process.execPath}
const { createServer } = require('node:net');
require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'env.json'))}, JSON.stringify(process.env));
createServer().listen(Number(process.argv[process.argv.indexOf('--port') + 1]), '127.0.0.1');
process.on('SIGTERM', () => process.exit());`;
    writeFileSync(binary, script, { mode: 0o700 });
    const server = new TemporalServerProcess({
      binary,
      dbFile: join(folder, 'temporal.db'),
      pidFile: join(folder, 'temporal.pid'),
      port: await freePort(),
      uiPort: await freePort(),
      env: { MARK: 'inherited', FOLLOWTHROUGH_MASTER_KEY: 'a secret' },
      operator: { info: () => undefined, warn: () => undefined },
    });
    await server.start();
    await server.stop();
    const env = JSON.parse(readFileSync(join(folder, 'env.json'), 'utf8')) as Record<string, string>;
    expect(env['MARK']).toBe('inherited');
    expect(Object.keys(env).filter((name) => name.startsWith('FOLLOWTHROUGH_'))).toEqual([]);
  });
});
