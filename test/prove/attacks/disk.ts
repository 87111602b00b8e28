import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { FailingDisk, type Trouble } from '../disk/failing-disk.js';
import type { Client } from '../field/client.js';
import { Ground, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { FAILED_COMMIT_IS_DONE, LYING_STORE } from '../pieces.js';

const ROUNDS = { tiny: 1, short: 1, full: 20 } as const;
const TROUBLES: readonly Trouble[] = ['full', 'errors', 'read-only'];
const TROUBLE_MS = 6_000;
const NOTE = 'NoteAdded';
const A_NOTE = { text: 'a note' };
const UNAVAILABLE = '503 /problems/unavailable';

/** The calls below SQLite fail as on a full disk, a failing one, and one that the kernel has made read-only, while people work; then all is well again. */
export const disk: Attack = {
  name: 'disk',
  goal: 'what cannot be written is refused with 503 and nothing else, nothing acknowledged is lost, and it goes on by itself',
  run: (order) => attack(order, [], TROUBLES),
  controls: [
    {
      broken: LYING_STORE.name,
      by: 'lost',
      run: (order) => attack({ ...order, size: 'tiny' }, [LYING_STORE], ['full']),
    },
    {
      broken: FAILED_COMMIT_IS_DONE[0]!.name,
      by: 'lost',
      run: (order) => attack({ ...order, size: 'tiny' }, FAILED_COMMIT_IS_DONE, ['errors']),
    },
  ],
};

async function attack(
  { size, seed, say }: Order,
  planted: readonly PlantedBug[],
  troubles: readonly Trouble[],
): Promise<Outcome> {
  const failing = new FailingDisk(seed);
  const ground = await Ground.begin({ planted, env: failing.env });
  const { server, client } = ground;
  const { pid } = server;
  const answers: Record<string, Record<string, number>> = {};
  try {
    const episodeId = await client.refer();
    const load = new Load(client, { seed, people: 3, everyMs: 700 });
    for (let round = 0; round < ROUNDS[size]; round += 1)
      for (const trouble of troubles) {
        await sleep(3_000);
        failing.turn(trouble);
        const refused = await notesMeanwhile(client, episodeId, (answers[trouble] ??= {}));
        const { store } = await ground.ready();
        failing.turn('well');
        await until(async () => (await ground.ready()).store === 'up', 'the store is up again');
        say(`${trouble} for a while: the store was ${store}, and is up again`);
        for (const key of refused) await client.act(episodeId, 'notes', NOTE, A_NOTE, { key });
      }
    // The people of a broken server may never get an answer that makes sense.
    await (planted.length === 0 ? load.end() : Promise.race([load.end().catch(() => undefined), sleep(10_000)]));
    await sleep(6_000);
    await ground.quiet(planted.length === 0 ? undefined : 1);
    const sameProcess = server.pid === pid;
    const outcome = ground.judged({ answersInTrouble: answers, sameProcess });
    return { ...outcome, holds: outcome.holds && sameProcess && troubles.every((one) => isClear(one, answers[one]!)) };
  } finally {
    await ground.end();
    failing.remove();
  }
}

/** Whether people were refused, and told so in the one way; where only half of the calls fail, some are served. */
function isClear(trouble: Trouble, answers: Readonly<Record<string, number>>): boolean {
  const allowed = trouble === 'errors' ? [UNAVAILABLE, '201'] : [UNAVAILABLE];
  return UNAVAILABLE in answers && Object.keys(answers).every((as) => allowed.includes(as));
}

/** Notes that are written while the disk is in trouble; answers the keys of those that were refused. */
async function notesMeanwhile(client: Client, episodeId: string, answers: Record<string, number>): Promise<string[]> {
  const refused: string[] = [];
  for (const end = Date.now() + TROUBLE_MS; Date.now() < end; await sleep(200)) {
    const key = crypto.randomUUID();
    const answer = await client.ask(`/v1/episodes/${episodeId}/notes`, { role: 'care-manager', body: A_NOTE, key });
    const as = answer === null ? 'no answer' : `${answer.status} ${answer.body.type ?? ''}`.trim();
    answers[as] = (answers[as] ?? 0) + 1;
    if (answer?.status === 201) client.acknowledge(episodeId, NOTE, answer.revision);
    else refused.push(key);
  }
  return refused;
}
