import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { NEVER_POLLS, WATCHDOG_OFF } from '../pieces.js';

const FOR_MS = { tiny: 5_000, short: 30_000, full: 600_000 } as const;

/** The watchdog never looks, and both servers are killed once: Temporal alone keeps the sentence, and readiness says what is missing. */
export const watchdogGone: Attack = {
  name: 'watchdog-gone',
  goal: 'Temporal alone misses, doubles and hurries nothing; readiness says that the watchdog is missing',
  run: (order) => attack(order, [WATCHDOG_OFF]),
  controls: [
    {
      broken: 'no waker at all',
      by: 'missed',
      run: (order) => attack({ ...order, size: 'tiny' }, [WATCHDOG_OFF, NEVER_POLLS]),
    },
  ],
};

async function attack({ size, seed }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await Ground.begin({ planted });
  const { server, engine, client } = ground;
  try {
    const load = new Load(client, { seed, people: 3, everyMs: 700 });
    await sleep(FOR_MS[size] / 2);
    await server.kill();
    await server.start(planted);
    await sleep(FOR_MS[size] / 4);
    await engine.kill();
    await engine.start();
    await sleep(FOR_MS[size] / 4);
    await load.end();
    const saysSo = async (): Promise<boolean> => (await ground.ready()).degraded.includes('watchdog');
    // Without any waker nothing is raised, whatever readiness says.
    if (!planted.includes(NEVER_POLLS)) await until(saysSo, 'readiness says that the watchdog is missing', 90_000);
    else await sleep(6_000);
    // By then every reminder has come due long ago.
    await ground.quiet(size === 'tiny' ? 1 : undefined);
    return ground.judged({ readiness: (await ground.ready()).degraded });
  } finally {
    await ground.end();
  }
}
