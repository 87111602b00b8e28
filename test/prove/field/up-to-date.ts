import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from './ground.js';
import { lastRevisions } from './judge.js';
import { Workflows } from './workflows.js';

/** To ask a thousand workflows takes a while; most of it is for them. */
const ASK_EVERY_MS = 2_000;

/** How many of these episodes have a workflow that knows the log as it is now: all of them as soon as they do, or as many as do once the time is over. */
export async function upToDate(
  { engine, dataDir }: Ground,
  episodes: readonly string[],
  withinMs: number,
): Promise<number> {
  const deadline = Date.now() + withinMs;
  const workflows = await Workflows.of(engine);
  try {
    for (;;) {
      const revisions = lastRevisions(dataDir);
      const know = await workflows.upToDate(new Map(episodes.map((id) => [id, revisions.get(id) ?? -1])));
      if (know === episodes.length || Date.now() > deadline) return know;
      await sleep(ASK_EVERY_MS);
    }
  } finally {
    await workflows.close();
  }
}
