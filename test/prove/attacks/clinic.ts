import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { ClinicGround, REMIND_MS } from '../clinic/clinic-ground.js';
import { clocksApart } from '../clinic/clocks-apart.js';
import { troubles } from '../clinic/troubles.js';
import { RECOVERY_MS, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { LEFT_BEHIND } from '../pieces.js';

const SIZES = {
  tiny: { patients: 1, kills: 3, forMs: 0, everyMs: 2_000, wireMs: 8_000 },
  short: { patients: 3, kills: 7, forMs: 30_000, everyMs: 2_000, wireMs: 8_000 },
  full: { patients: 20, kills: 300, forMs: 0, everyMs: 3_000, wireMs: 40_000 },
} as const;
const LOAD = { people: 4, everyMs: 700 };
/** Alone and without anybody's help, everything is well again. */
const WELL_MS = 120_000;

/** The clinic profile, each part a process of its own: clocks apart, SIGKILL of every part, wires cut, while people work. */
export const clinic: Attack = {
  name: 'clinic',
  goal: 'clocks apart, processes killed, wires cut: nothing acknowledged is lost, no step missed, doubled or early, and all is well again by itself',
  run: attack,
  controls: [{ broken: LEFT_BEHIND.name, by: 'missed', run: (order) => cutOff(order, [LEFT_BEHIND]) }],
};

async function attack({ size, seed, luck, say }: Order): Promise<Outcome> {
  const { patients, ...much } = SIZES[size];
  const ground = await ClinicGround.begin();
  try {
    const apart = await clocksApart(ground, patients);
    say('the clocks were apart');
    const before = ground.head();
    const load = new Load(ground.client, { seed, ...LOAD });
    const happened = await troubles(ground, { ...much, luck, say });
    await load.end();
    const ended = performance.now();
    await sleep(REMIND_MS);
    const recovered = await ground.quiet(RECOVERY_MS);
    const isWell = await until(() => ground.isWell(), 'all is well', WELL_MS).then(
      () => true,
      () => false,
    );
    const wellAfterS = Math.round((performance.now() - ended) / 1000);
    const counts = ground.counts();
    const more = { apart, happened, ...counts, unanswered: ground.client.unanswered, wellAfterS };
    const outcome = await ground.judged(more, before);
    const nobodySilent = apart.every(({ silent, said }) => silent === 0 && said);
    return { ...outcome, holds: outcome.holds && nobodySilent && recovered && isWell };
  } finally {
    await ground.end();
  }
}

/** People work while the wire between worker and log is cut, and until something of what they record afterwards is raised. */
async function cutOff({ size, say }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await ClinicGround.begin(planted);
  let concerns = 0;
  const concern = async (): Promise<void> => {
    await ground.client.concerned();
    concerns += 1;
  };
  try {
    await concern();
    await until(() => ground.silent() === 0, 'the worker follows the log');
    ground.wires.workerLog.turn('cut');
    for (let n = 0; n < SIZES[size].patients; n += 1) await concern();
    ground.wires.workerLog.turn('well');
    const raised = concerns - ground.silent();
    const followsAgain = async (): Promise<boolean> => {
      await concern();
      await sleep(1_000);
      return concerns - ground.silent() > raised;
    };
    await until(followsAgain, 'the worker follows the log again');
    say(`of ${concerns} concerns ${ground.silent()} were silent when the worker followed the log again`);
    await sleep(2 * REMIND_MS);
    return await ground.judged();
  } finally {
    await ground.end();
  }
}
