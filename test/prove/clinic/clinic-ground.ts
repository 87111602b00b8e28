import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTopology, type House, type Topology } from '../../clinic/topology.js';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Outcome } from '../attack.js';
import { ShiftedClock } from '../clock/shifted-clock.js';
import { removeAtExit } from '../field/at-exit.js';
import { Client } from '../field/client.js';
import { Engine } from '../field/engine.js';
import { tellFollowUps } from '../field/judge.js';
import { outcomeOf } from '../field/outcome.js';
import { tokensByClock } from '../field/tokens.js';
import { Wire } from '../field/wire.js';
import { LogCopy } from './log-copy.js';
import { Supervised, type Counts } from './supervised.js';

export const REMIND_MS = 5_000;
/** Whoever issues tokens is behind by so much: they hold for an API that is 90 seconds ahead, or behind. */
const CLERK_MS = -45_000;
const ENDS = ['apiLog', 'workerLog', 'workerTemporal'] as const;
type Ends = (typeof ENDS)[number];

/** A clinic in processes of its own, each of which somebody keeps running: they reach each other over wires, and live by clocks, of the attacker’s. */
export class ClinicGround {
  readonly parts: readonly Supervised[];
  private readonly copy: LogCopy;

  private constructor(
    private readonly topology: Topology,
    engine: Engine,
    readonly wires: Readonly<Record<Ends, Wire>>,
    readonly clocks: Readonly<Record<House, ShiftedClock>>,
    readonly client: Client,
  ) {
    const { api, worker, log, postgres } = topology;
    this.parts = [
      new Supervised('api', api),
      new Supervised('worker', worker),
      new Supervised('log', log),
      new Supervised('postgres', { start: () => postgres.startAgain(), kill: () => postgres.kill() }),
      new Supervised('temporal', engine),
    ];
    this.copy = new LogCopy(topology.logFile, join(topology.folder, 'copy'));
  }

  /** Starts everything and adopts a pathway whose safety reminder comes after seconds, through the API. */
  static async begin(planted: readonly PlantedBug[] = []): Promise<ClinicGround> {
    const wires: Partial<Record<Ends, Wire>> = {};
    const clocks: Partial<Record<House, ShiftedClock>> = {};
    let engine: Engine | null = null;
    const topology = await startTopology(
      async (folder) => {
        removeAtExit(folder);
        engine = await Engine.in(folder);
        await engine.start();
        return engine;
      },
      {
        planted,
        wayTo: async (server, port, house) => {
          const ends = ENDS.find((one) => one.toLowerCase() === house + server);
          return ends ? (wires[ends] = new Wire(port)).listen() : port;
        },
        envOf: (house, folder) => (clocks[house] = clockIn(folder, house, 0)).env,
      },
    );
    const { PATH, HOME } = process.env;
    const clerk = clockIn(topology.folder, 'clerk', CLERK_MS);
    const issue = tokensByClock({ PATH, HOME, FOLLOWTHROUGH_DATA: topology.dataDir, ...clerk.env });
    const client = new Client(() => topology.urls.api, issue);
    const ground = new ClinicGround(
      topology,
      engine!,
      wires as Record<Ends, Wire>,
      clocks as Record<House, ShiftedClock>,
      client,
    );
    try {
      await client.adopt({ 'safety.remind': REMIND_MS / 3_600_000 });
      return ground;
    } catch (error) {
      await ground.end();
      throw error;
    }
  }

  part(name: string): Supervised {
    return this.parts.find((part) => part.name === name)!;
  }

  /** What all parts suffered. */
  counts(): Counts {
    const sum = (what: keyof Counts): number => this.parts.reduce((all, { counts }) => all + counts[what], 0);
    const [kills, whileStarting] = [sum('kills'), sum('whileStarting')];
    return { kills, whileStarting, failedStarts: sum('failedStarts'), crashes: sum('crashes') };
  }

  /** Position of the last event in the log. */
  head(): number {
    return this.copy.catchUp();
  }

  /** How many steps are due and were not raised. */
  missed(now = Date.now()): number {
    this.copy.catchUp();
    return tellFollowUps(this.copy.folder, now).missed;
  }

  /** Of these, those that were owed from their opening on. */
  silent(): number {
    return this.missed(-Infinity);
  }

  /** Waits until nothing is missed. Answers whether it came to that in time. */
  async quiet(withinMs: number): Promise<boolean> {
    for (const deadline = Date.now() + withinMs; this.missed() > 0; await sleep(250))
      if (Date.now() > deadline) return false;
    return true;
  }

  /** What readiness of one of them says; null when it does not answer. */
  async ready(house: House): Promise<any> {
    const signal = AbortSignal.timeout(5_000);
    return fetch(`${this.topology.urls[house]}/health/ready`, { signal }).then(
      (response) => response.json(),
      () => null,
    );
  }

  /** Whether one of them names it as what is missing or wrong. */
  async says(house: House, what: string): Promise<boolean> {
    return (await this.ready(house))?.degraded.includes(what) === true;
  }

  /** Whether both say that nothing is missing: the views are up to date, too. What a clock did stands in the log for a while longer. */
  async isWell(): Promise<boolean> {
    const said = await Promise.all([this.ready('worker'), this.ready('api')]);
    return said.every((ready) => {
      const missing = (ready?.degraded as string[] | undefined)?.filter((what) => what !== 'clock');
      return ready?.ready === true && missing?.length === 0 && ready.readModels?.lag === 0;
    });
  }

  /**
   * What became of it all; the views in PostgreSQL must be what the log says, too. Late is told and counts for nothing: where one failure
   * begins in the other, the minutes for recovery count from the end of the last.
   */
  async judged(more: Readonly<Record<string, unknown>> = {}, latenessAfter = 0): Promise<Outcome> {
    const { topology, client, copy } = this;
    copy.catchUp();
    const now = Date.now();
    const judge = ['verify', '--json', '--grace', '60', '--at', new Date(now).toISOString()];
    const [verified, views] = await Promise.all([
      topology.run(...judge),
      topology.run('verify', '--projections', '--json'),
    ]);
    for (const ended of [verified, views]) if (ended.code > 1) throw new Error(`verify cannot judge: ${ended.out}`);
    const verdict = { wrong: verified.code === 1, said: JSON.parse(verified.out) };
    const { crashes } = this.counts();
    const judging = { client, now, verdict, crashes, more };
    const outcome = outcomeOf({ ...judging, dataDir: copy.folder, withinMs: Infinity, latenessAfter });
    const { tables } = JSON.parse(views.out) as { tables: readonly { table: string; differences: number }[] };
    const wrongViews = tables.filter(({ differences }) => differences > 0).map(({ table }) => table);
    return { holds: outcome.holds && wrongViews.length === 0, figure: { ...outcome.figure, wrongViews } };
  }

  async end(): Promise<void> {
    for (const wire of Object.values(this.wires)) wire.turn('well');
    await Promise.all(this.parts.map((part) => part.end()));
    await this.topology.end();
    for (const wire of Object.values(this.wires)) wire.close();
    this.copy.close();
  }
}

function clockIn(folder: string, name: string, shiftMs: number): ShiftedClock {
  const own = join(folder, `${name}-clock`);
  mkdirSync(own);
  return new ShiftedClock(own, shiftMs);
}
