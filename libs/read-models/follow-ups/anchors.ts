import { idList } from '../id-list.js';
import type { Batch, ReadEvent, Slice } from '../projection.js';

/** The facts on which follow-ups opened, by episode and revision; those that the timeline could not take in are missing. */
export type Anchors = (episodeId: string, revision: number) => Pick<ReadEvent, 'type' | 'occurredAt'> | undefined;

interface Place {
  readonly episodeId: string;
  readonly revision: number;
}

/** Of all follow-ups that open in these slices: from what the timeline has just taken in, or as it is kept. */
export async function anchorsOf(slices: readonly Slice[], { taken, tx }: Batch): Promise<Anchors> {
  const justTaken: Anchors = (episodeId, revision) =>
    taken.get(episodeId)?.find((event) => event.revision === revision);
  const before = slices
    .flatMap(placesOf)
    .filter(({ episodeId, revision }) => !justTaken(episodeId, revision) && taken.get(episodeId)?.[0].revision !== 0);
  if (before.length === 0) return justTaken;
  const rows = await tx
    .selectFrom('episode_events')
    .select(['episode_id', 'revision', 'type', 'occurred_at'])
    .where('episode_id', 'in', idList([...new Set(before.map(({ episodeId }) => episodeId))]))
    .where('revision', 'in', idList([...new Set(before.map(({ revision }) => revision))]))
    .execute();
  const kept = new Map(rows.map((row) => [`${row.episode_id} ${row.revision}`, row]));
  return (episodeId, revision) => {
    const row = kept.get(`${episodeId} ${revision}`);
    return justTaken(episodeId, revision) ?? (row && { type: row.type, occurredAt: row.occurred_at });
  };
}

const placesOf = ({ id, events }: Slice): Place[] =>
  events.flatMap(({ type, facts }) =>
    type === 'FollowUpOpened'
      ? [{ episodeId: id, revision: (facts as { anchorRevision: number }).anchorRevision }]
      : [],
  );
