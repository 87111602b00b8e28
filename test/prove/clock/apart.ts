import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { RaiseWatch } from './raise-watch.js';

const WORKS_MS = { tiny: 4_000, short: 8_000, full: 120_000 } as const;
const WITHIN_MS = 60_000;

interface Apart {
  readonly size: keyof typeof WORKS_MS;
  readonly seed: number;
  readonly shiftMs: number;
  readonly planted: readonly PlantedBug[];
}

/** The server's clock is ahead of Temporal's, or behind it, while people work; readiness says so. */
export async function apart({ size, seed, shiftMs, planted }: Apart): Promise<Outcome> {
  const ground = await Ground.begin({ shiftMs, planted });
  const watch = new RaiseWatch(ground.dataDir, ground.clock!);
  try {
    await ground.connected();
    const load = new Load(ground.client, { seed, people: 2, everyMs: 700 });
    await sleep(WORKS_MS[size]);
    await load.end();
    await ground.concerns(4);
    await until(() => ground.says('clock'), 'readiness says that the clocks are apart').catch(() => undefined);
    await ground.due();
    await ground.quiet(WITHIN_MS);
    const reported = await ground.says('clock');
    watch.end();
    const { early, wentBack } = watch;
    const outcome = ground.judged({ apartS: shiftMs / 1000, reported, earlyByItsClock: early, wentBack }, WITHIN_MS);
    return { ...outcome, holds: outcome.holds && reported && early + wentBack === 0 };
  } finally {
    watch.end();
    await ground.end();
  }
}
