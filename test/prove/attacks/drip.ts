import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { dayWork, longAtWork, rememberAll } from '../field/day-work.js';
import { courseOf } from '../field/flat.js';
import { Ground, until } from '../field/ground.js';
import { Vitals, WATCHED, type Vital } from '../field/vitals.js';
import { Workflows } from '../field/workflows.js';
import { MEMORY_LEFT, DESCRIPTORS_LEFT } from '../pieces.js';

const FOR_MS = { tiny: 40_000, short: 90_000, full: 7_200_000 } as const;
const ACTS_PER_SECOND = 20;
/** As many as the server remembers, and some more: what it remembers is full from the beginning. */
const PATIENTS = { tiny: 150, short: 1_100, full: 1_100 } as const;
const REMIND_S = 5;
const TAKEN_IN_MS = 300_000;
/** So many looks at the process, and one more often at what it says of itself. */
const SAMPLES = 30;
const READINESS_EVERY_MS = 1_000;
const MOST_LAG_S = 5;
const WITHIN_MS = 60_000;
/** What may be gained over the second half of the run: a share of what there was at its middle, or so many descriptors. */
const FLAT = { heap: 0.1, resident: 0.2, descriptors: 5 } as const;

/** Day after day of ordinary work: nothing fails, and nothing may pile up. */
export const drip: Attack = {
  name: 'drip',
  goal: 'memory and descriptors stay flat at 20 acts a second, the views keep up, and the watchdog has nothing to heal',
  alone: true,
  run: (order) => attack(order, []),
  controls: [['descriptors', DESCRIPTORS_LEFT] as const, ['heap', MEMORY_LEFT] as const].map(([measure, bug]) => ({
    broken: bug.name,
    by: 'gained',
    // Beside others it is slower and what it does late proves nothing: only what piles up may give it away.
    run: async (order) => {
      const { figure } = await attack({ ...order, size: 'tiny' }, [bug]);
      const { flat, gained } = figure[measure] as Judged;
      return { holds: flat, figure: { ...figure, gained } };
    },
  })),
};

interface Judged {
  readonly middle: number;
  readonly gained: number;
  readonly flat: boolean;
}

async function attack({ size, luck, say }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  let before: Awaited<ReturnType<typeof longAtWork>> = { episodes: [], acknowledged: [] };
  const ground = await Ground.begin({
    planted,
    env: WATCHED,
    prepare: async (dataDir, env) => void (before = await longAtWork({ dataDir, env }, PATIENTS[size])),
  });
  const { client, server } = ground;
  const { episodes } = before;
  try {
    await ground.connected();
    await client.adopt({ 'safety.remind': REMIND_S / 3600 });
    client.acknowledged.push(...before.acknowledged);
    await rememberAll(client, episodes);
    await takenIn(ground, episodes);
    say(`${episodes.length} episodes are remembered`);
    const vitals = await Vitals.of(server);
    const working = dayWork(client, episodes, { perSecond: ACTS_PER_SECOND, forMs: FOR_MS[size], luck });
    client.answerMs.length = 0;
    const [{ acts, perSecond }, taken, lagS] = await Promise.all([
      working,
      samples(vitals, FOR_MS[size], say),
      mostLag(ground, working),
    ]);
    vitals.close();
    await sleep(REMIND_S * 1_000 + 1_000);
    await ground.quiet(WITHIN_MS);
    const { heals } = (await ground.ready()).watchdog;
    const measures = {
      heap: judged(taken, 'heap', FLAT.heap),
      resident: judged(taken, 'resident', FLAT.resident),
      descriptors: judged(taken, 'descriptors'),
    };
    const outcome = ground.judged({ acts, perSecond, ...measures, heals, lagS }, WITHIN_MS);
    const isFlat = Object.values(measures).every(({ flat }) => flat);
    const isKept = perSecond > ACTS_PER_SECOND * 0.95;
    return { ...outcome, holds: outcome.holds && isFlat && isKept && heals === 0 && lagS <= MOST_LAG_S };
  } finally {
    await ground.end();
  }
}

/** What happens from then on is the work of the day, and nothing left over from the start. */
async function takenIn(ground: Ground, episodes: readonly string[]): Promise<void> {
  const workflows = await Workflows.of(ground.engine);
  const all = async (): Promise<boolean> => (await workflows.running(episodes)) === episodes.length;
  try {
    await until(async () => (await ground.ready()).readModels?.lag === 0, 'the views have caught up', TAKEN_IN_MS);
    await until(all, 'every episode has a workflow', TAKEN_IN_MS);
    await ground.quiet();
  } finally {
    await workflows.close();
  }
}

async function samples(vitals: Vitals, forMs: number, say: Order['say']): Promise<Vital[]> {
  const taken: Vital[] = [];
  for (const began = Date.now(); taken.length < SAMPLES;) {
    await sleep(Math.max(0, began + ((taken.length + 1) * forMs) / SAMPLES - Date.now()));
    const one = await vitals.take();
    taken.push(one);
    if (taken.length % 10 === 0)
      say(`heap ${mb(one.heap)} MB, resident ${mb(one.resident)} MB, ${one.descriptors} descriptors`);
  }
  return taken;
}

/** The most seconds that the views were behind the log. */
async function mostLag(ground: Ground, while_: Promise<unknown>): Promise<number> {
  let [most, isOver] = [0, false];
  void while_.finally(() => (isOver = true)).catch(() => undefined);
  for (; !isOver; await sleep(READINESS_EVERY_MS)) most = Math.max(most, (await ground.ready()).readModels.lagSeconds);
  return most;
}

const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** Bytes are told in megabytes. */
function judged(taken: readonly Vital[], measure: keyof Vital, share?: number): Judged {
  const { middle, gained } = courseOf(taken.map((one) => one[measure]));
  const unit = share === undefined ? Math.round : mb;
  return {
    middle: unit(middle),
    gained: unit(gained),
    flat: gained <= (share === undefined ? FLAT.descriptors : share * middle),
  };
}
