import { spawnSync } from 'node:child_process';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { CLI } from '../field/server.js';
import { Workflows } from '../field/workflows.js';
import { NOBODY_POKES, WATCHDOG_OFF } from '../pieces.js';

const EPISODES = { tiny: 10, short: 200, full: 2_000 } as const;
const REMIND_S = { tiny: 15, short: 30, full: 300 } as const;

/** Temporal’s database is deleted while episodes sleep in it; the log wakes them in the empty one. */
export const temporalGone: Attack = {
  name: 'temporal-gone',
  goal: 'every open episode has a workflow again, and no step is missed or doubled',
  run: (order) => attack(order, [], EPISODES[order.size]),
  controls: [
    {
      broken: 'nobody tells an empty Temporal of the open episodes, and the watchdog never looks',
      by: 'missed',
      run: (order) => attack(order, [NOBODY_POKES, WATCHDOG_OFF], 10),
    },
  ],
};

/** The reminders may come due before Temporal loses its database. */
function attack(order: Order, planted: readonly PlantedBug[], count: number): Promise<Outcome> {
  const time = REMIND_S[planted.length > 0 ? 'tiny' : order.size];
  return withMoreTime((remindS) => attempt(order, planted, { count, remindS }), time);
}

/** Null when it was too slow. */
async function attempt(
  { say }: Order,
  planted: readonly PlantedBug[],
  { count, remindS }: { readonly count: number; readonly remindS: number },
): Promise<Outcome | null> {
  const isBroken = planted.length > 0;
  const ground = await Ground.begin({ planted, remindS });
  const { engine } = ground;
  try {
    await ground.connected();
    const episodes = await ground.concerns(count, 16);
    await ground.quiet();
    if (ground.untilDue() <= 0) return null;
    await engine.kill();
    engine.forget();
    const gone = performance.now();
    await engine.start();
    await ground.connected();
    if (!isBroken) {
      await until(() => pokeOpen(ground), 'poke --open is taken', 60_000);
      await allRun(ground, episodes);
    }
    const rebuiltS = Math.round((performance.now() - gone) / 100) / 10;
    const beforeTheyWereDue = ground.untilDue() > 0;
    say(`${episodes.length} episodes, ${rebuiltS} s after the loss`);
    await ground.due();
    await ground.quiet(isBroken ? 20_000 : undefined);
    return ground.judged({ episodes: episodes.length, rebuiltS, beforeTheyWereDue });
  } finally {
    await ground.end();
  }
}

/** The command an operator has for it, and repeats for as long as the server has not found Temporal again; it also notices by itself. */
function pokeOpen({ dataDir, server }: Ground): boolean {
  const args = [CLI, 'poke', '--open', '--reason', 'rebuild', '--server', server.url];
  const env = { ...process.env, FOLLOWTHROUGH_DATA: dataDir };
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0 && !stderr.includes('Temporal cannot be reached')) throw new Error(`poke --open: ${stderr}`);
  return status === 0;
}

async function allRun({ engine }: Ground, episodes: readonly string[]): Promise<void> {
  const workflows = await Workflows.of(engine);
  const all = async (): Promise<boolean> => (await workflows.running(episodes)) === episodes.length;
  try {
    await until(all, 'every episode has a workflow again', 300_000);
  } finally {
    await workflows.close();
  }
}
