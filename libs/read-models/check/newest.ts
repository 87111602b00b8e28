import type { Checkpoint } from '#event-store';
import { isDamaged, isMissing } from '../failures.js';
import type { Views } from '../generation.js';
import type { Place } from '../place.js';
import type { Database, Tx } from '../projection.js';
import { FOLLOWER } from '../tail.js';

/** The newest complete generation; null when there is none. */
export async function newestViews(place: Place): Promise<Views | null> {
  for (const number of await place.numbers()) {
    const outlook = await place.look(number);
    const meta = await metaOf(outlook.reader);
    if (meta?.complete === 1) return { ...outlook, number, views: meta.views };
    await outlook.close();
  }
  return null;
}

/** Undefined for one that is being made or removed at this moment. */
async function metaOf(reader: Database): Promise<{ views: string; complete: number } | undefined> {
  try {
    return await reader.selectFrom('meta').selectAll().executeTakeFirst();
  } catch (error) {
    if (isMissing(error) || isDamaged(error)) return undefined;
    throw error;
  }
}

/** How far the log is in these rows. */
export async function checkpointIn(db: Database | Tx): Promise<Checkpoint | null> {
  const row = await db
    .selectFrom('checkpoint')
    .select(['position', 'hash'])
    .where('follower', '=', FOLLOWER)
    .executeTakeFirst();
  return row ?? null;
}
