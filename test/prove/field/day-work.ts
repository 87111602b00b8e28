import { setTimeout as sleep } from 'node:timers/promises';
import type { EpisodeCommand } from '#care';
import { systemClock } from '#door';
import { openRuntime } from '#runtime';
import type { Luck } from '../../simulation/chance.js';
import type { Acknowledged, Client } from './client.js';
import { importMany } from './import-many.js';

/** Of so many acts one is a new patient, with a safety concern: the others are done for those who came last. */
const REFERRED_EVERY = 20;
const CASELOAD = 50;
/** More than this unanswered at once, and the pace is not kept. */
const MOST_UNANSWERED = 200;
const PHQ_9 = {
  ...{ instrument: 'PHQ-9', language: 'en', mode: 'interview', enteredBy: 'staff' },
  items: [1, 2, 1, 0, 1, 1, 2, 1, 0],
} as const;
const CONTACT = { kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true } as const;

/** Of ten acts: what is asked for over HTTP, which command that is, and which event it leaves. */
const ACTS = [
  { path: 'notes', body: { text: 'a note' }, command: 'AddNote', event: 'NoteAdded' },
  { path: 'contacts', body: CONTACT, command: 'RecordContact', event: 'ContactRecorded' },
  { path: 'assessments', body: PHQ_9, command: 'RecordAssessment', event: 'AssessmentRecorded' },
] as const;
const [NOTE, VISIT, FORM] = ACTS;
const OF_TEN = [NOTE, NOTE, NOTE, NOTE, NOTE, VISIT, VISIT, VISIT, FORM, FORM] as const;

/** While no server runs: a clinic that has worked like this for long. For the last who came less was done so far. Answers what was done. */
export async function longAtWork(
  { dataDir, env }: { readonly dataDir: string; readonly env: NodeJS.ProcessEnv },
  patients: number,
): Promise<{ episodes: string[]; acknowledged: Acknowledged[] }> {
  const runtime = await openRuntime({ dataDir, clock: systemClock, env });
  const doneFor = (n: number): (typeof ACTS)[number][] =>
    Array.from({ length: REFERRED_EVERY * Math.min(1, (patients - n) / CASELOAD) }, (_, act) => OF_TEN[act % 10]!);
  try {
    const episodes = await importMany(runtime, patients, (n) =>
      doneFor(n).map(({ command, body }) => ({ type: command, ...body }) as EpisodeCommand),
    );
    const acknowledged = episodes.flatMap((id, n) =>
      doneFor(n).map(({ event }) => ({ streamId: `episode-${id}`, revision: 0, type: event })),
    );
    return { episodes, acknowledged };
  } finally {
    await runtime.close();
  }
}

/** A note for each of them, so that whatever the server remembers of episodes is full. */
export async function rememberAll(client: Client, episodes: readonly string[]): Promise<void> {
  const left = episodes.values();
  const lane = async (): Promise<void> => {
    for (const episodeId of left) await client.act(episodeId, NOTE.path, NOTE.event, NOTE.body);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

export interface DayWorkOptions {
  readonly perSecond: number;
  readonly forMs: number;
  readonly luck: Luck;
}

/**
 * So many clinical acts a second in these episodes and in new ones, however long the answers take: nobody waits for a slow server.
 * Answers how many were done, and how many a second until the last was answered. @throws when one was refused
 */
export async function dayWork(
  client: Client,
  episodes: string[],
  { perSecond, forMs, luck }: DayWorkOptions,
): Promise<{ readonly acts: number; readonly perSecond: number }> {
  const began = performance.now();
  const unanswered = new Set<Promise<void>>();
  const refusals: Error[] = [];
  let [begun, done] = [0, 0];
  for (let passed = 0; passed < forMs && refusals.length === 0; passed = performance.now() - began) {
    for (; begun < (passed * perSecond) / 1000 && unanswered.size < MOST_UNANSWERED; begun += 1) {
      const act = begun % REFERRED_EVERY === 0 ? newPatient(client, episodes) : anAct(client, episodes, luck);
      const answered = act
        .then(
          () => void (done += 1),
          (error: Error) => void refusals.push(error),
        )
        .finally(() => unanswered.delete(answered));
      unanswered.add(answered);
    }
    await sleep(10);
  }
  await Promise.all(unanswered);
  for (const refusal of refusals) throw refusal;
  return { acts: done, perSecond: Math.round((done / (performance.now() - began)) * 10_000) / 10 };
}

async function newPatient(client: Client, episodes: string[]): Promise<void> {
  episodes.push(await client.concerned());
}

function anAct(client: Client, episodes: readonly string[], luck: Luck): Promise<void> {
  const { path, event, body } = luck.pick(OF_TEN);
  return client.act(luck.pick(episodes.slice(-CASELOAD)), path, event, body);
}
