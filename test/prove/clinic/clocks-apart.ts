import { until } from '../field/ground.js';
import type { ClinicGround } from './clinic-ground.js';

const APART_MS = 90_000;
const WITHIN_MS = 60_000;
const SAID_WITHIN_MS = 15_000;
/**
 * Whose clock is wrong, and who has to notice: who is behind the log, or away from Temporal’s clock. Those behind come first: what one that is
 * ahead has recorded makes the others look behind, and the API for longer than its turn lasts.
 */
const TURNS = [
  ['api', -APART_MS, 'api'],
  ['worker', -APART_MS, 'worker'],
  ['api', APART_MS, 'worker'],
  ['worker', APART_MS, 'worker'],
] as const;

/** One turn: whose clock was wrong, and what came of it. */
export interface Apart {
  readonly clock: string;
  /** How many concerns of this turn nobody was told of within a minute. */
  readonly silent: number;
  readonly slowestS: number;
  /** Whether readiness says so, of the process that has to notice. */
  readonly said: boolean;
}

/**
 * One clock after the other is set ahead and behind, and right again. Each time somebody worries about new patients, and about one whose
 * record was last written by another clock: what is owed at once must be raised at once, whichever of the two is ahead.
 */
export async function clocksApart(ground: ClinicGround, patients: number): Promise<Apart[]> {
  const { client, clocks } = ground;
  const turns: Apart[] = [];
  let touched = await client.refer();
  for (const [house, ms, witness] of TURNS) {
    clocks[house].shiftBy(ms);
    const episodes = [touched];
    touched = await client.refer();
    for (let n = 0; n < patients; n += 1) episodes.push(await client.refer());
    const began = performance.now();
    for (const episodeId of episodes)
      await client.act(episodeId, 'safety-concerns', 'SafetyConcernRaised', { note: 'reported' });
    await within(() => ground.silent() === 0, WITHIN_MS);
    const [silent, slowestS] = [ground.silent(), Math.round((performance.now() - began) / 100) / 10];
    const said = await within(() => ground.says(witness, 'clock'), SAID_WITHIN_MS);
    turns.push({ clock: `${house} ${ms / 1000} s`, silent, slowestS, said });
    clocks[house].shiftBy(0);
  }
  return turns;
}

const within = (condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> =>
  until(condition, 'in time', ms).then(
    () => true,
    () => false,
  );
