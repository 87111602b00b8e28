import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import { luckFor, type Luck } from '../../simulation/chance.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { IDEMPOTENCY_OFF, KILL_POINTS, killedAt, type KillPoint } from '../pieces.js';

/** At random moments; those at named points come on top. */
const AT_RANDOM = { tiny: 2, short: 46, full: 986 } as const;
/** A point that is not passed by then is not reached. */
const REACHED_MS = 20_000;
const LOAD = { people: 4, everyMs: 700 };

/** SIGKILL of the server and of Temporal, at any moment and at named points of the code, while people work: two clinics beside each other. */
export const kills: Attack = {
  name: 'kills',
  goal: 'nothing acknowledged is lost, no step missed, doubled or early',
  async run(order) {
    const ownLuck = luckFor(order.seed, 1, 'kills');
    const [atRandom, atPoints] = await Promise.all([
      killedAtRandom(order),
      killedAtPoints({ ...order, luck: ownLuck }),
    ]);
    return { holds: atRandom.holds && atPoints.holds, figure: { ...atRandom.figure, atPoints: atPoints.figure } };
  },
  controls: [
    {
      broken: 'a command that is sent again is done again',
      by: 'twice',
      run: (order) => withoutKills(order, [IDEMPOTENCY_OFF]),
    },
  ],
};

async function killedAtRandom({ size, seed, luck, say }: Order): Promise<Outcome> {
  const ground = await Ground.begin();
  const { server, engine, client } = ground;
  const counts = { server: 0, temporal: 0, both: 0 };
  let whileStarting = 0;
  try {
    const load = new Load(client, { seed, ...LOAD });
    let starting: Promise<boolean> = Promise.resolve(true);
    for (let n = 0; n < AT_RANDOM[size]; n += 1) {
      // From the moment of its start, so that it is also killed while it starts.
      await Promise.race([starting.then(() => sleep(luck.wait(700))), sleep(luck.wait(6_000))]);
      const what = luck.weighted([
        [6, 'server'],
        [2, 'temporal'],
        [1, 'both'],
      ] as const);
      counts[what] += 1;
      if (what !== 'temporal') await server.kill();
      if (what !== 'server') await engine.kill();
      // Down for a moment, or for a while.
      await sleep(luck.wait(300));
      if (what !== 'server') await engine.start();
      if (what !== 'temporal') {
        whileStarting += (await starting) ? 0 : 1;
        starting = server.start();
      }
      if (n % 10 === 9) say(`${n + 1} kills, ${client.acknowledged.length} acts acknowledged`);
    }
    await starting;
    const figure = { kills: AT_RANDOM[size], ...counts, whileStarting };
    return await judgedAfter(ground, load, figure);
  } finally {
    await ground.end();
  }
}

async function killedAtPoints({ size, seed, luck, say }: Order): Promise<Outcome> {
  const ground = await Ground.begin();
  try {
    const load = new Load(ground.client, { seed: seed + 1, ...LOAD });
    const pointsNotReached: string[] = [];
    const points = size === 'tiny' ? KILL_POINTS.slice(0, 1) : KILL_POINTS;
    for (const point of points) {
      const reached = await killAt(ground, point, luck);
      if (!reached) pointsNotReached.push(point.name);
      say(`killed ${reached ? 'at' : 'WITHOUT REACHING'} "${point.name}"`);
    }
    await ground.server.start();
    const outcome = await judgedAfter(ground, load, {
      kills: points.length - pointsNotReached.length,
      pointsNotReached,
    });
    return { ...outcome, holds: outcome.holds && pointsNotReached.length === 0 };
  } finally {
    await ground.end();
  }
}

/** Once nobody works any more and what was owed has been raised. */
async function judgedAfter(ground: Ground, load: Load, figure: Readonly<Record<string, unknown>>): Promise<Outcome> {
  await load.end();
  await sleep(6_000);
  await ground.quiet();
  return ground.judged({ ...figure, unanswered: ground.client.unanswered });
}

/** Whether the process died at this point. It is down afterwards. */
async function killAt({ server, engine, dataDir }: Ground, point: KillPoint, luck: Luck): Promise<boolean> {
  await server.kill();
  if (point.withoutTemporal) await engine.kill();
  for (const file of readdirSync(dataDir)) if (point.lost?.test(file)) rmSync(join(dataDir, file));
  const began = await server.start(killedAt(point, 1 + luck.below(point.passes)));
  const reached = !began || (await within(server.gone(), REACHED_MS));
  await server.kill();
  if (point.withoutTemporal) await engine.start();
  return reached;
}

/** The same people on a broken server that nobody kills. */
async function withoutKills({ seed }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await Ground.begin({ planted, remindS: 2 });
  try {
    const load = new Load(ground.client, { seed, ...LOAD });
    await sleep(8_000);
    await load.end();
    await sleep(3_000);
    await until(async () => (await ground.ready()).oldestOverdueUnraised === null, 'nothing is overdue');
    return ground.judged();
  } finally {
    await ground.end();
  }
}

/** Whether it happened in time. */
const within = (what: Promise<void>, ms: number): Promise<boolean> =>
  Promise.race([what.then(() => true), sleep(ms).then(() => false)]);
