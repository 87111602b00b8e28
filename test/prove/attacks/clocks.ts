import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { apart } from '../clock/apart.js';
import { changingNight } from '../clock/changing-night.js';
import { steps } from '../clock/steps.js';
import { CHANGING_ZONES } from '../clock/zones.js';
import { EARLY, SILENT_IN_THE_PAST } from '../pieces.js';

const APART_MS = 90_000;

/** The server's clock runs apart from Temporal's, is set a month ahead and back, two hours back, and lives through a night in which its zone's clock is changed. */
export const clocks: Attack = {
  name: 'clocks',
  goal: 'nothing is early by the clock that raises it, missed or doubled once the clock is right, and readiness says that a clock is wrong',
  run: attack,
  controls: [
    {
      broken: SILENT_IN_THE_PAST.name,
      by: 'silent',
      run: (order) => steps({ ...order, size: 'tiny' }, [SILENT_IN_THE_PAST]),
    },
    {
      broken: EARLY.name,
      by: 'early',
      run: (order) => changingNight({ ...order, size: 'tiny' }, luckyZone(order), [EARLY]),
    },
  ],
};

const luckyZone = ({ seed }: Order): string => CHANGING_ZONES[seed % CHANGING_ZONES.length]!;

async function attack(order: Order): Promise<Outcome> {
  const { size, seed } = order;
  const none: readonly PlantedBug[] = [];
  const zones = size === 'full' ? CHANGING_ZONES : [luckyZone(order)];
  const [ahead, behind, stepped, ...nights] = await Promise.all([
    apart({ size, seed, shiftMs: APART_MS, planted: none }),
    apart({ size, seed, shiftMs: -APART_MS, planted: none }),
    steps(order, none),
    ...zones.map((zone) => changingNight(order, zone, none)),
  ]);
  return {
    holds: [ahead, behind, stepped, ...nights].every(({ holds }) => holds),
    figure: { ahead: told(ahead), behind: told(behind), stepped: told(stepped), nights: nights.map(told) },
  };
}

const told = ({ holds, figure }: Outcome): unknown => ({ holds, ...figure });
