import { createServer } from 'node:net';
import { join } from 'node:path';
import { TemporalServerProcess, type OperatorLog } from '#orchestration';
import type { ObtainTemporal, Temporal } from '../../../../tools/temporal.mjs';
import { say } from '../command.js';

/** A Temporal server for this house: one that is running somewhere, or our own as a child. */
export interface TemporalAtHand {
  readonly address: string | null;
  /** Of somebody else’s server; ours has the usual one. */
  readonly namespace?: string | undefined;
  readonly uiUrl?: string;
  /** Ours to stop; absent when it is somebody else’s, or there is none. */
  readonly server?: TemporalServerProcess;
}

export interface TemporalWanted {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly operator: OperatorLog;
}

const USUAL_PORT = 7233;

/** In the order of ARCHITECTURE §6: TEMPORAL_ADDRESS (`none` asks for a start without), else a CLI from PATH, cache, download or build. */
export async function temporalFor({ env, dataDir, operator }: TemporalWanted): Promise<TemporalAtHand> {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = env;
  if (address === 'none' || env['FOLLOWTHROUGH_NO_TEMPORAL']) return { address: null };
  if (address) return { address, namespace: namespace || undefined };
  const cli = await obtain();
  if (!cli) return { address: null };
  const port = await freePort(USUAL_PORT);
  const uiPort = await freePort(USUAL_PORT + 1000);
  const server = new TemporalServerProcess({
    binary: cli.path,
    dbFile: join(dataDir, 'temporal.db'),
    pidFile: join(dataDir, 'temporal.pid'),
    port,
    uiPort,
    operator,
    env,
  });
  await server.start().catch((error: Error) => operator.warn(`no Temporal server yet: ${error.message}`));
  return server.isKeptUp()
    ? { address: server.address, uiUrl: `http://127.0.0.1:${uiPort}`, server }
    : { address: null };
}

async function obtain(): Promise<Temporal | null> {
  // A build tool, not part of what is compiled: found by its place beside dist.
  const tool = new URL('../../../../../tools/temporal.mjs', import.meta.url).href;
  const { obtainTemporal } = (await import(tool)) as {
    obtainTemporal: (options?: ObtainTemporal) => Promise<Temporal | null>;
  };
  return obtainTemporal({ log: say });
}

/** The wished port, or any other that is free. */
async function freePort(wished: number): Promise<number> {
  return (await tryPort(wished)) ?? (await tryPort(0))!;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const { port: got } = probe.address() as { port: number };
      probe.close(() => resolve(got));
    });
  });
}
