import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { upToDate } from '../field/up-to-date.js';
import { RAISES_FORGOTTEN } from '../pieces.js';

const EPISODES = { tiny: 6, short: 60, full: 600 } as const;
const REMIND_S = { tiny: 25, short: 25, full: 180 } as const;
/** Timers that are long past fire as soon as the server is back; their workflows look one after another. */
const OLD_TIMERS_MS = { tiny: 15_000, short: 30_000, full: 300_000 } as const;

/** Temporal gets back a database from before the last raises, and from before some episodes existed. */
export const temporalRestored: Attack = {
  name: 'temporal-restored-old',
  goal: 'old timers raise nothing a second time; whom the old database does not know is raised all the same',
  run: (order) => attack(order, []),
  controls: [
    {
      broken: RAISES_FORGOTTEN.name,
      by: 'doubled',
      run: (order) => attack({ ...order, size: 'tiny' }, [RAISES_FORGOTTEN]),
    },
  ],
};

/** The reminders may come due before Temporal’s database is copied, or before the copy is back. */
const attack = (order: Order, planted: readonly PlantedBug[]): Promise<Outcome> =>
  withMoreTime((remindS) => attempt(order, planted, remindS), REMIND_S[order.size]);

/** Null when it was too slow. */
async function attempt({ size }: Order, planted: readonly PlantedBug[], remindS: number): Promise<Outcome | null> {
  const ground = await Ground.begin({ planted, remindS });
  const { engine } = ground;
  try {
    await ground.connected();
    const known = await ground.concerns(EPISODES[size]);
    await ground.quiet();
    await engine.stop();
    const putBack = engine.copy();
    if (ground.untilDue() <= 0) return null;
    await engine.start();
    await ground.connected();
    await ground.due();
    await ground.quiet(60_000);
    const began = Date.now();
    const unknown = await ground.concerns(EPISODES[size] / 3);
    await ground.quiet(60_000);
    await engine.stop();
    putBack();
    // A control that raises again and again is slow, and has failed by now.
    if (planted.length === 0 && Date.now() - began >= remindS * 1_000) return null;
    await engine.start();
    await ground.connected();
    const lookedAgain = await upToDate(ground, known, OLD_TIMERS_MS[size]);
    await ground.due();
    await ground.quiet(60_000);
    const outcome = ground.judged({ episodes: known.length, lookedAgain, unknownToTheCopy: unknown.length });
    // Old timers that never fired would prove nothing.
    return { ...outcome, holds: outcome.holds && lookedAgain === known.length };
  } finally {
    await ground.end();
  }
}
