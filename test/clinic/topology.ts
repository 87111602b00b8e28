import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres, type TestServer } from '../../libs/read-models/testing/postgres.js';
import { freePort } from '../free-port.js';
import { Program } from './program.js';

const ROOT = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url));
const NODE = ['--disable-warning=ExperimentalWarning'];
const CLI = join(ROOT, 'dist/apps/cli/src/main.js');
const STAND_IN = join(ROOT, 'dist/test/standins/kurrentdb/main.js');

/** A Temporal server of whichever kind. */
export interface ClinicTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts one on files of a folder; a PostgreSQL listens on that port of this machine. */
export type StartTemporal = (folder: string, postgresPort: number) => Promise<ClinicTemporal>;

/** The clinic profile from native programs: a stand-in for KurrentDB, PostgreSQL, Temporal, worker and API as processes of their own. */
export interface Topology {
  readonly dataDir: string;
  readonly postgres: TestServer;
  readonly log: Program;
  readonly worker: Program;
  readonly api: Program;
  readonly urls: Readonly<{ api: string; worker: string }>;
  /** Runs a command of `followthrough` as an operator of this clinic would: exit code and what it said. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }>;
  end(): Promise<void>;
}

/** Starts all of it, in order; what was started is ended again when a later part fails. */
export async function startTopology(startTemporal: StartTemporal): Promise<Topology> {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-clinic-'));
  await using starting = new AsyncDisposableStack();
  starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  const [postgresPort, logPort, workerPort, apiPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const postgres = await startPostgres(postgresPort);
  starting.defer(() => postgres.stop());
  const temporal = await startTemporal(folder, postgresPort);
  starting.defer(() => temporal.stop());

  const dataDir = join(folder, 'data');
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = {
    ...{ PATH, HOME },
    FOLLOWTHROUGH_DATA: dataDir,
    FOLLOWTHROUGH_KEY_FILE: join(folder, 'keys', 'master.key'),
    FOLLOWTHROUGH_LOG: `kurrentdb://127.0.0.1:${logPort}?tls=false`,
    FOLLOWTHROUGH_READ_MODELS: await postgres.database(),
    TEMPORAL_ADDRESS: temporal.address,
  };
  const program = (name: string, args: readonly string[], isReady: (line: string) => boolean, port = 0): Program => {
    const made = new Program({
      ...{ name, command: process.execPath, args: [...NODE, ...args], isReady },
      env: { ...env, PORT: String(port) },
      cwd: folder,
    });
    starting.defer(() => made.stop());
    return made;
  };
  const saysUrl = (line: string): boolean => line.startsWith('{"url"');
  const log = program(
    'the stand-in for KurrentDB',
    [STAND_IN, '--port', String(logPort), '--file', join(folder, 'log.jsonl')],
    (line) => line.startsWith('kurrentdb://'),
  );
  const worker = program('the worker', [CLI, 'start', '--json'], saysUrl, workerPort);
  const api = program('the API', [CLI, 'api', '--json'], saysUrl, apiPort);
  for (const one of [log, worker, api]) await one.start();
  const started = starting.move();
  return {
    ...{ dataDir, postgres, log, worker, api },
    urls: { api: `http://127.0.0.1:${apiPort}`, worker: `http://127.0.0.1:${workerPort}` },
    run: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [...NODE, CLI, ...args], { cwd: folder, env }, (error, out, said) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, out: out || said }),
        );
      }),
    end: () => started.disposeAsync(),
  };
}
