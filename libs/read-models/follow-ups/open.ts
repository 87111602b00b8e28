import type { OpenFollowUp } from '../episodes/episode-now.js';
import { idList } from '../id-list.js';
import type { Batch } from '../projection.js';

/** What is owed in each of these episodes, in the order of its ids: of those just taken in from memory, of the others as it is kept. */
export async function openFollowUps(
  episodeIds: readonly string[],
  { open, taken, tx }: Batch,
): Promise<ReadonlyMap<string, readonly OpenFollowUp[]>> {
  const unknown = episodeIds.filter((id) => !open.has(id) && taken.get(id)?.[0].revision !== 0);
  if (unknown.length === 0) return open;
  const rows = await tx
    .selectFrom('follow_ups')
    .selectAll()
    .where('episode_id', 'in', idList(unknown))
    .where('state', '=', 'open')
    .orderBy('episode_id')
    .orderBy('follow_up_id')
    .execute();
  return new Map([...open, ...Map.groupBy(rows, (row) => row.episode_id)]);
}
