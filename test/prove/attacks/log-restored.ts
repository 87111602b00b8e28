import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { upToDate } from '../field/up-to-date.js';
import { REWIND_UNNOTICED } from '../pieces.js';

const EPISODES = { tiny: 6, short: 40, full: 400 } as const;
const REMIND_S = { tiny: 20, short: 20, full: 120 } as const;
const WITHIN_MS = 60_000;

/** The log gets back a copy from before the reminders were raised; everything beside it, and Temporal, know more than it does. */
export const logRestored: Attack = {
  name: 'log-restored-old',
  goal: 'what the restored log owes is raised within five minutes of the start, once, though index, views and Temporal remember it as done',
  run: (order) => attack(order, []),
  controls: [
    {
      broken: REWIND_UNNOTICED.name,
      by: 'missed',
      run: (order) => attack({ ...order, size: 'tiny' }, [REWIND_UNNOTICED]),
    },
  ],
};

/** The reminders may come due before the copy is made, which then owes nothing. */
const attack = (order: Order, planted: readonly PlantedBug[]): Promise<Outcome> =>
  withMoreTime((remindS) => attempt(order, planted, remindS), REMIND_S[order.size]);

/** Null when it was too slow. */
async function attempt({ size }: Order, planted: readonly PlantedBug[], remindS: number): Promise<Outcome | null> {
  const ground = await Ground.begin({ planted, remindS });
  const { server, client, dataDir } = ground;
  try {
    await ground.connected();
    const episodes = await ground.concerns(EPISODES[size]);
    await ground.quiet();
    await server.stop();
    const kept = ['', '-wal'].map((end) => join(dataDir, `events.db${end}`)).filter((file) => existsSync(file));
    for (const file of kept) copyFileSync(file, `${file}.backup`);
    if (ground.untilDue() <= 0) return null;
    const acknowledged = client.acknowledged.length;
    await server.start(planted);
    await ground.due();
    await ground.quiet(WITHIN_MS);
    await ground.concerns(EPISODES[size] / 2);
    const remembered = await upToDate(ground, episodes, WITHIN_MS);
    if (remembered < episodes.length) throw new Error('not in time: Temporal remembers it as done');
    await server.stop();
    for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `events.db${end}`), { force: true });
    for (const file of kept) copyFileSync(`${file}.backup`, file);
    // What was acknowledged after the copy is gone with the log that knew it.
    const gone = client.acknowledged.splice(acknowledged).length;
    const back = Date.now();
    await server.start(planted);
    await ground.quiet(planted.length === 0 ? undefined : WITHIN_MS);
    const caughtUpS = Math.round((Date.now() - back) / 1000);
    return ground.judged({ episodes: episodes.length, actsGoneWithTheLog: gone, caughtUpS });
  } finally {
    await ground.end();
  }
}
