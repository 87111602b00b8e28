import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground } from '../field/ground.js';
import { Load } from '../field/load.js';
import type { WireState } from '../field/wire.js';
import { WATCHDOG_OFF } from '../pieces.js';

const ROUNDS = { tiny: 1, short: 1, full: 20 } as const;
const TROUBLES: readonly WireState[] = ['cut', 'silent', 'slow'];
const EACH_MS = 15_000;
const BETWEEN_MS = 5_000;
/** The watchdog’s grace, and the seconds until a silent connection is taken for lost. */
const WITHIN_MS = 60_000;

/** The wire between server and Temporal is cut, goes silent, becomes slow; in between it is well. */
export const network: Attack = {
  name: 'network',
  goal: 'every step is raised within 60 s of its time, whatever the wire to Temporal does',
  run: (order) => attack(order, []),
  controls: [
    { broken: WATCHDOG_OFF.name, by: 'missed', run: (order) => attack({ ...order, size: 'tiny' }, [WATCHDOG_OFF]) },
  ],
};

async function attack({ size, seed }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await Ground.begin({ planted, wired: true });
  const seen = new Set<string>();
  try {
    await ground.connected();
    const load = new Load(ground.client, { seed, people: 2, everyMs: 700 });
    // Without a watchdog what a trouble held up is raised after it: only a wire that stays cut shows what is missing.
    const rounds = planted.length === 0 ? ROUNDS[size] : 0;
    for (let round = 0; round < rounds; round += 1)
      for (const trouble of TROUBLES) {
        ground.wire!.turn(trouble);
        await sleep(EACH_MS);
        const { temporal } = await ground.ready();
        seen.add(`${trouble}: ${temporal.status}`);
        ground.wire!.turn('well');
        await sleep(BETWEEN_MS);
      }
    // At the end it stays cut: what is due now, the watchdog raises alone.
    ground.wire!.turn('cut');
    await sleep(BETWEEN_MS);
    await load.end();
    await sleep(6_000);
    await ground.quiet(WITHIN_MS);
    return ground.judged({ readinessSaid: [...seen] }, WITHIN_MS);
  } finally {
    await ground.end();
  }
}
