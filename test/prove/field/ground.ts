import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Outcome } from '../attack.js';
import { ShiftedClock } from '../clock/shifted-clock.js';
import { removeAtExit } from './at-exit.js';
import { Client } from './client.js';
import { Engine } from './engine.js';
import { tellFollowUps, verified } from './judge.js';
import { outcomeOf } from './outcome.js';
import { Server } from './server.js';
import { tokensByClock, tokensFrom } from './tokens.js';
import { Wire } from './wire.js';

export interface GroundOptions {
  /** How long after a safety concern its second step comes due. */
  readonly remindS?: number;
  readonly planted?: readonly PlantedBug[];
  /** The server reaches Temporal over a wire that can be cut. */
  readonly wired?: boolean;
  /** The server lives by a clock of its own, at first so many milliseconds ahead; Temporal’s stays right. */
  readonly shiftMs?: number;
  /** More of the server’s environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Fills the data folder before the first start; then no pathway is adopted. */
  readonly prepare?: (dataDir: string, env: NodeJS.ProcessEnv) => Promise<void>;
}

/** Recovery: every step is raised within this after the failure ended. */
export const RECOVERY_MS = 300_000;

/** One installation in a folder of its own: server, Temporal, and a client that remembers what it was told. */
export class Ground {
  private firstConcern = 0;
  private lastConcern = 0;

  private constructor(
    readonly folder: string,
    readonly dataDir: string,
    readonly engine: Engine,
    readonly server: Server,
    readonly client: Client,
    readonly wire: Wire | null,
    readonly clock: ShiftedClock | null,
    private readonly remindMs: number,
  ) {}

  /** Starts both servers and adopts a pathway whose safety reminder comes after seconds, through the API. */
  static async begin({
    remindS = 5,
    planted = [],
    wired = false,
    shiftMs,
    prepare,
    ...more
  }: GroundOptions = {}): Promise<Ground> {
    const folder = mkdtempSync(join(tmpdir(), 'followthrough-prove-'));
    removeAtExit(folder);
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    const engine = await Engine.in(folder);
    const wire = wired ? new Wire(engine.port) : null;
    const address = wire ? `127.0.0.1:${await wire.listen()}` : engine.address;
    const clock = shiftMs === undefined ? null : new ShiftedClock(folder, shiftMs);
    const env = {
      ...{ ...process.env, ...more.env, ...clock?.env },
      ...{ FOLLOWTHROUGH_DATA: dataDir, XDG_CONFIG_HOME: join(folder, 'config'), PORT: '0' },
      ...{ TEMPORAL_ADDRESS: address },
    };
    const server = new Server(env);
    const client = new Client(() => server.url, clock ? tokensByClock(env) : tokensFrom(dataDir));
    const ground = new Ground(folder, dataDir, engine, server, client, wire, clock, remindS * 1000);
    try {
      await prepare?.(dataDir, env);
      await engine.start();
      await server.start(planted);
      if (!prepare) await client.adopt({ 'safety.remind': remindS / 3600 });
      return ground;
    } catch (error) {
      await ground.end();
      throw error;
    }
  }

  /** So many new patients, each with a safety concern; answers their episodes. The first step is due at once, the second later. */
  async concerns(count: number, atATime = 8): Promise<string[]> {
    const episodes: string[] = [];
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (begun < count) {
        begun += 1;
        const episodeId = await this.client.refer();
        this.firstConcern ||= Date.now();
        await this.client.act(episodeId, 'safety-concerns', 'SafetyConcernRaised', { note: 'reported' });
        this.lastConcern = Date.now();
        episodes.push(episodeId);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atATime, count) }, lane));
    return episodes;
  }

  /** Milliseconds until the reminder of the first concern of all can be due at the earliest. */
  untilDue(): number {
    return this.firstConcern + this.remindMs - Date.now();
  }

  /** Waits until the reminder of every concern has come due. */
  async due(): Promise<void> {
    await sleep(Math.max(0, this.lastConcern + this.remindMs - Date.now()));
  }

  /** By the server’s clock. */
  private now(): number {
    return this.clock?.now() ?? Date.now();
  }

  async ready(): Promise<any> {
    return (await fetch(`${this.server.url}/health/ready`)).json();
  }

  /** Whether readiness names it as what is missing or wrong. */
  async says(what: string): Promise<boolean> {
    return ((await this.ready()).degraded as string[]).includes(what);
  }

  /** Waits until the server is connected to Temporal. */
  async connected(): Promise<void> {
    await until(async () => (await this.ready()).temporal?.status === 'up', 'the server is connected to Temporal');
  }

  /** Waits until all that is due was raised and nothing comes due within the next seconds; gives up after the time for recovery. */
  async quiet(withinMs = RECOVERY_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const began = Date.now();
      if (began > deadline || tellFollowUps(this.dataDir, this.now()).missed === 0) return;
      // Of a large log it takes a while; most of the machine is for those who are watched.
      await sleep(Math.max(500, (Date.now() - began) * 9));
    }
  }

  /** What became of it all. */
  judged(more: Readonly<Record<string, unknown>> = {}, withinMs = RECOVERY_MS): Outcome {
    const { dataDir, client, server } = this;
    const { crashes } = server;
    const now = this.now();
    return outcomeOf({ dataDir, client, now, withinMs, verdict: verified(dataDir, 60, now), crashes, more });
  }

  async end(): Promise<void> {
    await this.server.stop();
    this.wire?.close();
    await this.engine.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws when it does not come to be in time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await sleep(100);
  }
}
