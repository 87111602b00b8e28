import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Order, Outcome } from '../attack.js';
import { Ground, until } from '../field/ground.js';
import { RaiseWatch } from './raise-watch.js';

const EPISODES = { tiny: 3, short: 6, full: 60 } as const;
const MONTH_MS = 30 * 86_400_000;
const TWO_HOURS_MS = 2 * 3_600_000;
const WITHIN_MS = 60_000;

/** The clock of a running server is set a month ahead and back again, then two hours back and right again. */
export async function steps({ size }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await Ground.begin({ shiftMs: 0, planted });
  const { client } = ground;
  const watch = new RaiseWatch(ground.dataDir, ground.clock!);
  const step = (ms: number): void => {
    ground.clock!.shiftBy(ms);
    client.signOut();
  };
  const reported: Record<string, boolean> = {};
  const says = async (when: string): Promise<void> => {
    await until(() => ground.says('clock'), `readiness says so ${when}`, 30_000).catch(() => undefined);
    reported[when] = await ground.says('clock');
  };
  try {
    await ground.connected();
    const referred = await Promise.all(Array.from({ length: EPISODES[size] }, () => client.refer()));
    await ground.concerns(EPISODES[size]);
    await ground.quiet();
    const saidBefore = await ground.says('clock');

    step(MONTH_MS);
    await ground.quiet(WITHIN_MS);
    const ofTheFuture = await client.refer();
    await says('a month ahead');

    step(0);
    await says('after a month ahead');
    const concerned = [ofTheFuture, ...referred.slice(0, EPISODES[size] / 2)];
    const back = await raisedAfter(ground, watch, concerned);
    // A control has failed by now: another minute for each of the steps that follow would show no more.
    if (planted.length > 0 && back.silent > 0) return { holds: false, figure: { back, silent: back.silent } };

    step(-TWO_HOURS_MS);
    const past = [await client.refer(), ...referred.slice(EPISODES[size] / 2)];
    const twoHoursBack = await raisedAfter(ground, watch, past);
    await says('two hours back');

    step(0);
    await ground.concerns(EPISODES[size]);
    await ground.due();
    await ground.quiet(WITHIN_MS);
    watch.end();
    const { early, wentBack } = watch;
    const silent = back.silent + twoHoursBack.silent;
    const outcome = ground.judged(
      { saidBefore, reported, back, twoHoursBack, silent, earlyByItsClock: early, wentBack },
      Infinity,
    );
    const isReported = !saidBefore && Object.values(reported).every(Boolean);
    return { ...outcome, holds: outcome.holds && isReported && silent + early + wentBack === 0 };
  } finally {
    watch.end();
    await ground.end();
  }
}

/** A first safety concern in each of these: how many stay silent for a minute of the machine's own time, and how long the slowest took. */
async function raisedAfter(
  { client }: Ground,
  watch: RaiseWatch,
  episodes: readonly string[],
): Promise<{ concerns: number; silent: number; slowestS: number }> {
  const began = Date.now();
  for (const id of episodes) await client.act(id, 'safety-concerns', 'SafetyConcernRaised', { note: 'reported' });
  const raised = (): Map<string, number> =>
    new Map(
      watch.raises
        .filter(({ kind, episodeId }) => kind === 'safety-review' && episodes.includes(episodeId))
        .map(({ episodeId, seenAt }) => [episodeId, seenAt]),
    );
  await until(() => raised().size === episodes.length, 'all are raised', WITHIN_MS).catch(() => undefined);
  const slowest = Math.max(began, ...raised().values());
  return {
    concerns: episodes.length,
    silent: episodes.length - raised().size,
    slowestS: Math.round((slowest - began) / 1000),
  };
}
