import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type TestServer } from '../../libs/read-models/testing/postgres.js';
import { freePort } from '../free-port.js';
import { productWith, ROOT } from '../prove/field/server.js';
import type { PlantedBug } from '../simulation/bugs/planted.js';
import { Program } from './program.js';

const STAND_IN = `${ROOT}dist/test/standins/kurrentdb/main.js`;

/** A Temporal server of whichever kind. */
export interface ClinicTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts one on files of a folder; a PostgreSQL listens on that port of this machine. */
export type StartTemporal = (folder: string, postgresPort: number) => Promise<ClinicTemporal>;

export type House = 'worker' | 'api';

export interface TopologyOptions {
  /** Pieces of source that worker and API load otherwise. */
  readonly planted?: readonly PlantedBug[];
  /** What one of them has in its environment besides. */
  readonly envOf?: (house: House, folder: string) => NodeJS.ProcessEnv;
  /** The port of this machine by which one of them reaches a server; default: its own. */
  readonly wayTo?: (server: 'log' | 'temporal', port: number, house: House) => Promise<number>;
}

/** The clinic profile from native programs: a stand-in for KurrentDB, PostgreSQL, Temporal, worker and API as processes of their own. */
export interface Topology {
  /** Holds everything of it but PostgreSQL’s files. */
  readonly folder: string;
  readonly dataDir: string;
  /** Where the stand-in keeps the log. */
  readonly logFile: string;
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
export async function startTopology(
  startTemporal: StartTemporal,
  { planted = [], envOf = () => ({}), wayTo = async (_, port) => port }: TopologyOptions = {},
): Promise<Topology> {
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
  const logFile = join(folder, 'log.jsonl');
  const { PATH, HOME } = process.env;
  const logAt = (port: number): string => `kurrentdb://127.0.0.1:${port}?tls=false`;
  const env: NodeJS.ProcessEnv = {
    ...{ PATH, HOME },
    FOLLOWTHROUGH_DATA: dataDir,
    FOLLOWTHROUGH_KEY_FILE: join(folder, 'keys', 'master.key'),
    FOLLOWTHROUGH_LOG: logAt(logPort),
    FOLLOWTHROUGH_READ_MODELS: await postgres.database(),
    TEMPORAL_ADDRESS: temporal.address,
  };
  const program = (name: string, args: readonly string[], isReady: (line: string) => boolean, more = {}): Program => {
    const made = new Program({
      ...{ name, command: process.execPath, args, isReady },
      env: { ...env, ...more },
      cwd: folder,
    });
    starting.defer(() => made.stop());
    return made;
  };
  const house = async (which: House, command: string, port: number): Promise<Program> =>
    program(which, [...productWith(planted), command, '--json'], (line) => line.startsWith('{"url"'), {
      PORT: String(port),
      PLANTED_BUG: JSON.stringify(planted),
      FOLLOWTHROUGH_LOG: logAt(await wayTo('log', logPort, which)),
      TEMPORAL_ADDRESS: `127.0.0.1:${await wayTo('temporal', Number(temporal.address.split(':')[1]), which)}`,
      ...envOf(which, folder),
    });
  const log = program('log', [STAND_IN, '--port', String(logPort), '--file', logFile], (line) =>
    line.startsWith('kurrentdb://'),
  );
  const worker = await house('worker', 'start', workerPort);
  const api = await house('api', 'api', apiPort);
  for (const one of [log, worker, api]) await one.start();
  const started = starting.move();
  return {
    ...{ folder, dataDir, logFile, postgres, log, worker, api },
    urls: { api: `http://127.0.0.1:${apiPort}`, worker: `http://127.0.0.1:${workerPort}` },
    run: (...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env, maxBuffer: 1 << 26 };
        execFile(process.execPath, [...productWith([]), ...args], options, (error, out, said) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, out: out || said }),
        );
      }),
    end: () => started.disposeAsync(),
  };
}
