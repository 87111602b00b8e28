import { localDate, type EpisodeEventType } from '#care';
import { idList } from '../id-list.js';
import type { Batch, ReadEvent, Slice, Tx } from '../projection.js';

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

/** Those that the timeline has taken in since. */
export async function writeMissingAnchors(episodeId: string, tx: Tx): Promise<void> {
  const rows = await tx
    .selectFrom('follow_ups')
    .innerJoin('episode_events', (join) =>
      join
        .onRef('episode_events.episode_id', '=', 'follow_ups.episode_id')
        .onRef('episode_events.revision', '=', 'follow_ups.anchor_revision'),
    )
    .select(['follow_ups.follow_up_id', 'follow_ups.zone', 'episode_events.type', 'episode_events.occurred_at'])
    .where('follow_ups.episode_id', '=', episodeId)
    .where('follow_ups.anchor_type', 'is', null)
    .execute();
  for (const { follow_up_id: id, zone, type, occurred_at: at } of rows)
    await tx
      .updateTable('follow_ups')
      .set({ anchor_on: localDate(at, zone), anchor_type: type as EpisodeEventType })
      .where('episode_id', '=', episodeId)
      .where('follow_up_id', '=', id)
      .execute();
}
