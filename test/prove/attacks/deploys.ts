import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { nextBuild } from '../deploy/next-build.js';
import { Ground, until } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { tellFollowUps } from '../field/judge.js';
import { upToDate } from '../field/up-to-date.js';
import { NEWER_UNREAD, NEXT_WORKFLOW, UNPATCHED_WORKFLOW } from '../pieces.js';

const EPISODES = { tiny: 4, short: 24, full: 400 } as const;
/** Long enough to be asleep through every change of build. */
const REMIND_S = { tiny: 40, short: 45, full: 600 } as const;
const TIGHTER_S = 5;
/** For every workflow to look at the log, or every episode to take up the pathway. */
const LOOKED_MS = { tiny: 30_000, short: 30_000, full: 240_000 } as const;
const WITHIN_MS = 60_000;

/**
 * A build is rolled out over workflows that sleep: other workflow code, newer event schemas, and a pathway that every open episode takes up.
 * It is rolled back while they sleep, with the watchdog’s index lost; once Temporal is away just then, and once it is there, and the older
 * build cannot go on with the workflows that the newer one woke. Then it is rolled out again.
 */
export const deploys: Attack = {
  name: 'deploys',
  goal: 'no workflow is stuck, nothing is missed or doubled; the older build refuses what it cannot read, and goes on with all else',
  async run(order) {
    const builds = { workflow: NEXT_WORKFLOW };
    const [away, there] = await Promise.all([attack(order, builds), attack(order, { ...builds, temporalStays: true })]);
    return { holds: away.holds && there.holds, figure: { ...away.figure, temporalThere: there.figure } };
  },
  controls: [
    {
      broken: UNPATCHED_WORKFLOW.name,
      by: 'stuck',
      run: (order) => attack({ ...order, size: 'tiny' }, { workflow: UNPATCHED_WORKFLOW }),
    },
    {
      broken: NEWER_UNREAD.name,
      by: 'late',
      run: (order) => attack({ ...order, size: 'tiny' }, { workflow: NEXT_WORKFLOW, older: [NEWER_UNREAD] }),
    },
  ],
};

interface Builds {
  readonly workflow: PlantedBug;
  /** What is broken in the build that comes back. */
  readonly older?: readonly PlantedBug[];
  /** Temporal is there when the older build comes back. */
  readonly temporalStays?: true;
}

/** The reminders may come due before the rollback. */
const attack = (order: Order, builds: Builds): Promise<Outcome> =>
  withMoreTime((remindS) => attempt(order, builds, remindS), REMIND_S[order.size]);

/** Null when it was too slow. */
async function attempt(
  { size, say }: Order,
  { workflow, older = [], temporalStays }: Builds,
  remindS: number,
): Promise<Outcome | null> {
  const ground = await Ground.begin({ remindS });
  const { client, engine, server, folder, dataDir } = ground;
  const deploy = async (build: readonly PlantedBug[]): Promise<void> => {
    await server.stop();
    await server.start(build);
  };
  try {
    const next = await nextBuild(folder, workflow);
    await ground.connected();
    const untouched = await client.refer();
    const before = await ground.concerns(EPISODES[size]);
    await ground.quiet();

    await deploy(next);
    await ground.connected();
    await client.adopt({ 'safety.remind': (remindS - TIGHTER_S) / 3600 });
    const during = await ground.concerns(EPISODES[size] / 2);
    for (const id of during) await client.act(id, 'notes', 'NoteAdded', { text: 'a note' });
    const repinned = await allRepinned(ground, LOOKED_MS[size]);
    const episodes = [...before, ...during];
    const awake = await upToDate(ground, episodes, LOOKED_MS[size]);
    const secondsLeft = Math.round(ground.untilDue() / 1000) - TIGHTER_S;
    say(`${episodes.length} episodes, ${awake} workflows know the log; ${secondsLeft} s left`);
    if (secondsLeft <= 0 && awake === episodes.length) return null;
    // Of workflows that are stuck already nothing more is to be learnt.
    if (workflow === UNPATCHED_WORKFLOW && awake < episodes.length)
      return { holds: false, figure: { episodes: episodes.length, stuck: episodes.length - awake } };

    // What came due meanwhile has to wait for the watchdog of a build that is older than the log.
    if (!temporalStays) await engine.stop();
    await server.stop();
    // It has to read for itself what the newer one has written.
    for (const file of readdirSync(dataDir)) if (file.startsWith('due.db')) rmSync(join(dataDir, file));
    await server.start(older);
    const refused = await Promise.all(during.map((id) => answerTo(ground, id)));
    await client.act(untouched, 'notes', 'NoteAdded', { text: 'a note' });
    await ground.due();
    await ground.quiet(WITHIN_MS);
    const { oldestOverdueUnraised, watchdog } = await ground.ready();
    const byOlder = oldestOverdueUnraised === null && tellFollowUps(dataDir).missed === 0;
    if (!temporalStays) await engine.start();

    await deploy(next);
    await ground.connected();
    for (const id of during) await client.act(id, 'notes', 'NoteAdded', { text: 'a note' });
    await ground.concerns(2);
    await ground.quiet(WITHIN_MS);
    const awakeAgain = await upToDate(ground, episodes, LOOKED_MS[size]);
    const stuck = 2 * episodes.length - awake - awakeAgain;
    const outcome = ground.judged(
      {
        episodes: episodes.length,
        repinned,
        refusedByOlder: [...new Set(refused)],
        byOlder,
        healsOfOlder: watchdog.heals,
        stuck,
      },
      WITHIN_MS,
    );
    const isLoud = refused.every((as) => as === '503 /problems/record-unreadable');
    return { ...outcome, holds: outcome.holds && stuck === 0 && isLoud && byOlder && repinned > 0 };
  } finally {
    await ground.end();
  }
}

/** Waits until every open episode took up the pathway in force; answers how many did. */
async function allRepinned({ client }: Ground, withinMs: number): Promise<number> {
  const progress = async (): Promise<{ state: string; done: number }> => {
    const answer = await client.insist('/v1/organisation/pathway', { role: 'administrator', method: 'GET' });
    return answer.body.repin;
  };
  await until(async () => (await progress()).state === 'done', 'every open episode took up the pathway', withinMs);
  return (await progress()).done;
}

async function answerTo({ client }: Ground, episodeId: string): Promise<string> {
  const answer = await client.ask(`/v1/episodes/${episodeId}/notes`, {
    role: 'care-manager',
    body: { text: 'a note' },
  });
  return answer === null ? 'no answer' : `${answer.status} ${answer.body?.type ?? ''}`;
}
