import type { Ground } from './ground.js';
import { lastRevisions } from './judge.js';
import { Workflows } from './workflows.js';

/** How many of these episodes have a workflow that knows the log as it is now. */
export async function upToDate({ engine, dataDir }: Ground, episodes: readonly string[]): Promise<number> {
  const revisions = lastRevisions(dataDir);
  const workflows = await Workflows.of(engine);
  try {
    return await workflows.upToDate(new Map(episodes.map((id) => [id, revisions.get(id) ?? -1])));
  } finally {
    await workflows.close();
  }
}
