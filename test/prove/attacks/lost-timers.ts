import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { loseTimers, Workflows } from '../field/workflows.js';
import { NEVER_POLLS, WATCHDOG_OFF } from '../pieces.js';

const EPISODES = { tiny: 6, short: 60, full: 600 } as const;
/** Long enough to lose the timers before they fire. */
const REMIND_S = { tiny: 25, short: 25, full: 120 } as const;
/** The watchdog’s own bound: thirty seconds of grace, and a look every two. */
const WITHIN_MS = 60_000;

/** Half of the workflows are terminated, the timers of the others removed from Temporal’s database; then a worker that asks the wrong queue. */
export const lostTimers: Attack = {
  name: 'lost-timers',
  goal: 'the watchdog raises every step within 60 s of its time, and tells of each heal',
  async run(order) {
    const [lost, deaf] = await Promise.all([timersLost(order, []), workerDeaf(order)]);
    return { holds: lost.holds && deaf.holds, figure: { ...lost.figure, workerOnTheWrongQueue: deaf.figure } };
  },
  controls: [{ broken: WATCHDOG_OFF.name, by: 'missed', run: (order) => timersLost(order, [WATCHDOG_OFF]) }],
};

/** The timers may fire before they are lost. */
const timersLost = (order: Order, planted: readonly PlantedBug[]): Promise<Outcome> =>
  withMoreTime((remindS) => attempt(order, planted, remindS), REMIND_S[order.size]);

/** Null when it was too slow. */
async function attempt({ size, say }: Order, planted: readonly PlantedBug[], remindS: number): Promise<Outcome | null> {
  const ground = await Ground.begin({ planted, remindS });
  const { engine } = ground;
  try {
    await ground.connected();
    const episodes = await ground.concerns(EPISODES[size]);
    await ground.quiet();
    const healsBefore = await heals(ground);
    const terminated = episodes.slice(0, episodes.length / 2);
    await during(engine, (workflows) => workflows.terminate(terminated));
    await engine.stop();
    const timers = loseTimers(engine);
    await engine.start();
    await ground.connected();
    const secondsLeft = Math.round(ground.untilDue() / 1000);
    say(`${terminated.length} workflows terminated, ${timers} timers removed, ${secondsLeft} s before they are due`);
    if (secondsLeft <= 0) return null;
    await ground.due();
    await ground.quiet(WITHIN_MS);
    const healed = (await heals(ground)) - healsBefore;
    const told = ground.server.lines.filter((line) => line.startsWith('watchdog raised safety-review')).length;
    const outcome = ground.judged(
      { episodes: episodes.length, terminated: terminated.length, timers, healed, told },
      WITHIN_MS,
    );
    const awake = outcome.holds && (await awakeAgain(ground, episodes));
    // Where a poke was under way when the timers were lost there is nothing to heal; if only the terminated were healed, no timer was lost.
    return {
      holds: outcome.holds && healed > terminated.length && told >= healed && awake,
      figure: { ...outcome.figure, workflowsAwakeAgain: awake },
    };
  } finally {
    await ground.end();
  }
}

/** Temporal is up and reachable, and no workflow task is ever taken. */
async function workerDeaf({ size }: Order): Promise<Outcome> {
  const ground = await Ground.begin({ planted: [NEVER_POLLS], remindS: 5 });
  try {
    await ground.connected();
    await ground.concerns(EPISODES[size] / 3);
    await ground.due();
    await ground.quiet(WITHIN_MS);
    const healed = await heals(ground);
    const outcome = ground.judged({ healed }, WITHIN_MS);
    return { ...outcome, holds: outcome.holds && healed > 0 };
  } finally {
    await ground.end();
  }
}

const heals = async (ground: Ground): Promise<number> => (await ground.ready()).watchdog.heals as number;

/** The raise of the watchdog is news to Temporal: whoever was terminated begins anew. */
async function awakeAgain({ engine }: Ground, episodes: readonly string[]): Promise<boolean> {
  return during(engine, async (workflows) => {
    await until(async () => (await workflows.running(episodes)) === episodes.length, 'all workflows run again').catch(
      () => undefined,
    );
    return (await workflows.running(episodes)) === episodes.length;
  });
}

async function during<T>(engine: Ground['engine'], work: (workflows: Workflows) => Promise<T>): Promise<T> {
  const workflows = await Workflows.of(engine);
  try {
    return await work(workflows);
  } finally {
    await workflows.close();
  }
}
