import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { cacheFolder } from '../../tools/temporal.mjs';
import { freePort } from '../free-port.js';
import { Program } from './program.js';
import type { ClinicTemporal } from './topology.js';

const run = promisify(execFile);
const MODULE = fileURLToPath(new URL('../../tools/temporal-server/', import.meta.url));
const STORES = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;
const USER = 'followthrough';
const UP_WITHIN_MS = 60_000;

interface Binaries {
  readonly server: string;
  readonly sql: string;
}

/** The production server and its schema tool, built from the official sources once. @throws when Go or the sources are not to be had */
async function binaries(told: (line: string) => void): Promise<Binaries> {
  const pinned = createHash('sha256')
    .update(readFileSync(join(MODULE, 'go.sum')))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cacheFolder(), `temporal-server-${pinned}`);
  const paths = { server: join(folder, 'server'), sql: join(folder, 'sql') };
  if (existsSync(paths.sql)) return paths;
  told('building the production Temporal server from source, once (some minutes) …');
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  for (const [output, command] of [
    [paths.server, 'go.temporal.io/server/cmd/server'],
    [paths.sql, 'go.temporal.io/server/cmd/tools/sql'],
  ] as const)
    await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, command], { cwd: MODULE, env });
  return paths;
}

/** The production server on a PostgreSQL of this machine: two databases, their schemas, one process with all four services, the namespace. */
export async function startCluster(
  folder: string,
  postgresPort: number,
  told: (line: string) => void,
): Promise<ClinicTemporal> {
  const { server, sql } = await binaries(told);
  for (const [schema, database] of Object.entries(STORES)) {
    const tool = (...args: readonly string[]) =>
      run(sql, [
        '--plugin',
        'postgres12',
        '--ep',
        '127.0.0.1',
        '-p',
        String(postgresPort),
        '-u',
        USER,
        '--db',
        database,
        ...args,
      ]);
    await tool('create');
    await tool('setup-schema', '-v', '0.0');
    await tool('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
  const frontend = await lowPort();
  const config = join(folder, 'temporal-server.yaml');
  writeFileSync(config, JSON.stringify(await configuration(postgresPort, frontend)));
  const program = new Program({
    name: 'the Temporal server',
    command: server,
    args: ['--config-file', config, '--allow-no-auth', 'start'],
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  });
  await program.start();
  const address = `127.0.0.1:${frontend}`;
  await makeNamespace(address, program);
  return { address, stop: () => program.stop() };
}

/** The server keeps its ports in two signed bytes, so that those which a system hands out by itself are too high. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = await freePort(10_000 + Math.floor(Math.random() * 20_000));
    if (port !== null) return port;
  }
}

/** JSON is YAML. */
async function configuration(postgresPort: number, frontend: number): Promise<object> {
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, user: USER, password: '' },
      ...{ connectAddr: `127.0.0.1:${postgresPort}`, connectProtocol: 'tcp', maxConns: 4, maxIdleConns: 4 },
    },
  });
  const service = async (grpcPort?: number) => ({
    rpc: { grpcPort: grpcPort ?? (await lowPort()), membershipPort: await lowPort(), bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      ...{ numHistoryShards: 4, defaultStore: 'default', visibilityStore: 'visibility' },
      datastores: { default: store(STORES.temporal), visibility: store(STORES.visibility) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(frontend),
      history: await service(),
      matching: await service(),
      worker: await service(),
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${frontend}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
  };
}

/** Also waits until the server answers. */
async function makeNamespace(address: string, program: Program): Promise<void> {
  for (const deadline = Date.now() + UP_WITHIN_MS; ; await sleep(250)) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.registerNamespace({
        namespace: 'default',
        workflowExecutionRetentionPeriod: { seconds: (30 * 86_400) as never },
      });
      return await connection.close();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`the Temporal server does not answer: ${program.lines.slice(-8).join('\n')}`, { cause: error });
    }
  }
}
