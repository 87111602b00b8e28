import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import type { Client } from '../field/client.js';
import { Ground, until } from '../field/ground.js';
import { Load } from '../field/load.js';
import { LYING_STORE } from '../pieces.js';

const OUTAGES = { tiny: 1, short: 3, full: 20 } as const;
const FULL_FOR_MS = 6_000;
const NOTE = 'NoteAdded';
const A_NOTE = { text: 'a note' };

/** The kernel refuses every write beyond a limit, as a full disk does, while people work; then there is space again. */
export const disk: Attack = {
  name: 'disk',
  goal: 'each act is refused with 503 and nothing else, nothing acknowledged is lost, and it goes on by itself',
  run: (order) => attack(order, []),
  controls: [{ broken: LYING_STORE.name, run: (order) => attack({ ...order, size: 'tiny' }, [LYING_STORE]) }],
};

async function attack({ size, seed, say }: Order, planted: readonly PlantedBug[]): Promise<Outcome> {
  const ground = await Ground.begin({ planted });
  const { server, client, dataDir } = ground;
  const { pid } = server;
  const answers: Record<string, number> = {};
  try {
    const episodeId = await client.refer();
    const load = new Load(client, { seed, people: 3, everyMs: 700 });
    for (let n = 0; n < OUTAGES[size]; n += 1) {
      await sleep(3_000);
      limitFiles(pid!, statSync(join(dataDir, 'events.db-wal')).size + 100);
      const refused = await notesWhileFull(client, episodeId, answers);
      const { store } = await ground.ready();
      limitFiles(pid!, 'unlimited');
      await until(async () => (await ground.ready()).store === 'up', 'the store is up again');
      say(`full for a while: the store was ${store}, and is up again`);
      for (const key of refused) await client.act(episodeId, 'notes', NOTE, A_NOTE, { key });
    }
    // The people of a broken server may never get an answer that makes sense.
    await (planted.length === 0 ? load.end() : Promise.race([load.end().catch(() => undefined), sleep(10_000)]));
    await sleep(6_000);
    await ground.quiet(planted.length === 0 ? undefined : 1);
    const sameProcess = server.pid === pid;
    const outcome = ground.judged({ outages: OUTAGES[size], answersWhileFull: answers, sameProcess });
    const only503 = Object.keys(answers).every((as) => as === '503 /problems/unavailable');
    return { ...outcome, holds: outcome.holds && only503 && sameProcess };
  } finally {
    await ground.end();
  }
}

/** Notes that are written while the disk is full; answers the keys of those that were refused. */
async function notesWhileFull(client: Client, episodeId: string, answers: Record<string, number>): Promise<string[]> {
  const refused: string[] = [];
  for (const end = Date.now() + FULL_FOR_MS; Date.now() < end; await sleep(200)) {
    const key = crypto.randomUUID();
    const answer = await client.ask(`/v1/episodes/${episodeId}/notes`, { role: 'care-manager', body: A_NOTE, key });
    const as = answer === null ? 'no answer' : `${answer.status} ${answer.body.type ?? ''}`.trim();
    answers[as] = (answers[as] ?? 0) + 1;
    if (answer?.status === 201) client.acknowledge(episodeId, NOTE, answer.revision);
    else refused.push(key);
  }
  return refused;
}

function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}
