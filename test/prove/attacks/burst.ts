import { setTimeout as sleep } from 'node:timers/promises';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import type { Attack, Order, Outcome } from '../attack.js';
import { answers, areServed } from '../field/answers.js';
import { bookMany, morningSoon } from '../field/appointments.js';
import { Ground } from '../field/ground.js';
import { withMoreTime } from '../field/more-time.js';
import { EARLY } from '../pieces.js';

const FOLLOW_UPS = { tiny: 50, short: 10_000, full: 100_000 } as const;
/** For writing them all, and for the server to take them in. */
const BUILDING_MS = { tiny: 15_000, short: 40_000, full: 600_000 } as const;
const ASK_EVERY_MS = 100;
/** Whoever asks meanwhile is answered within this, at the first try. */
const ANSWERED_MS = 5_000;
const WORK_BEFORE_MS = 8_000;

/** As many follow-ups as a large clinic has open, all due at one instant, while people go on working. */
export const burst: Attack = {
  name: 'burst',
  goal: 'all are raised within five minutes, none early, none doubled, and people are answered within five seconds',
  alone: true,
  run: (order) => attack(order, []),
  controls: [{ broken: EARLY.name, by: 'early', run: (order) => attack({ ...order, size: 'tiny' }, [EARLY]) }],
};

/** The instant may pass before everything is there. */
const attack = (order: Order, planted: readonly PlantedBug[]): Promise<Outcome> =>
  withMoreTime((buildingMs) => attempt(order, planted, buildingMs), BUILDING_MS[order.size]);

/** Null when it was too slow. */
async function attempt(
  { size, say }: Order,
  planted: readonly PlantedBug[],
  buildingMs: number,
): Promise<Outcome | null> {
  const count = FOLLOW_UPS[size];
  const began = performance.now();
  const morning = morningSoon(buildingMs);
  let builtS = 0;
  let episodes: string[] = [];
  const ground = await Ground.begin({
    planted,
    prepare: async (dataDir, env) => {
      episodes = await bookMany({ dataDir, env }, count, morning);
      builtS = Math.round((performance.now() - began) / 1000);
    },
  });
  const { client } = ground;
  try {
    await ground.connected();
    const left = Math.round((morning.at.getTime() - Date.now()) / 1000);
    say(`${count} follow-ups written in ${builtS} s; due in ${left} s`);
    if (left * 1000 < WORK_BEFORE_MS) return null;
    const isDue = (): number => Math.max(0, morning.at.getTime() - Date.now());
    await sleep(Math.max(0, isDue() - WORK_BEFORE_MS));
    const asking = new AbortController();
    const working = work(ground, episodes, asking.signal);
    working.catch(() => undefined); // thrown where it is awaited
    await sleep(isDue());
    client.answerMs.length = 0;
    client.unanswered = 0;
    await ground.quiet();
    const allRaisedS = Math.round((Date.now() - morning.at.getTime()) / 1000);
    asking.abort();
    await working;
    const waited = answers(client);
    const outcome = ground.judged({ followUps: count, builtS, dueInS: left, allRaisedS, answers: waited });
    return { ...outcome, holds: outcome.holds && areServed(waited, ANSWERED_MS) };
  } finally {
    await ground.end();
  }
}

/** A note every moment in one episode after another: each is looked at when something is recorded, also just before its time. */
async function work({ client }: Ground, episodes: readonly string[], signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    await client.act(episodes[n % episodes.length]!, 'notes', 'NoteAdded', { text: 'a note' });
    await sleep(ASK_EVERY_MS);
  }
}
