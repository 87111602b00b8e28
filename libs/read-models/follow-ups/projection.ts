import { emptyLedger, FOLLOW_UP_EVENT_TYPES, foldLedger, localDate, type Ledger } from '#care';
import type { Selectable } from 'kysely';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import { endedRow, entryOf, openRow, raisesAfter, type FollowUpRow } from './row.js';
import { followUpsTable, type FollowUpsTable } from './schema.js';

/**
 * Reads follow-up events alone, which carry all that is needed and are never sealed: no lost key and no damaged act takes
 * somebody off the worklist.
 */
export const followUpsProjection: Projection = {
  name: 'follow-ups',
  version: 1,
  categories: ['episode'],
  types: new Set(FOLLOW_UP_EVENT_TYPES),
  onPoison: 'park',
  tables: followUpsTable,
  async apply(slice, { tx }) {
    const before = await openRows(slice.id, tx);
    const rows = new Map<string, FollowUpRow>();
    let ledger: Ledger = { ...emptyLedger, open: new Map([...before].map(([id, row]) => [id, entryOf(row)])) };
    for (const event of slice.events) {
      ledger = foldLedger(ledger, event);
      const row = await changedRow(event, ledger, slice, before, rows, tx);
      if (row) rows.set(row.follow_up_id, row);
    }
    for (const row of rows.values()) await save(row, tx);
  },
};

async function openRows(episodeId: string, tx: Tx): Promise<Map<string, Selectable<FollowUpsTable>>> {
  const rows = await tx
    .selectFrom('follow_ups')
    .selectAll()
    .where('episode_id', '=', episodeId)
    .where('state', '=', 'open')
    .execute();
  return new Map(rows.map((row) => [row.follow_up_id, row]));
}

/** The row of the follow-up that the event is about; undefined when the event fits none. */
async function changedRow(
  event: ReadEvent,
  ledger: Ledger,
  slice: Slice,
  before: ReadonlyMap<string, Selectable<FollowUpsTable>>,
  rows: ReadonlyMap<string, FollowUpRow>,
  tx: Tx,
): Promise<FollowUpRow | undefined> {
  const { followUpId } = event.facts as { followUpId: string };
  const ended = ledger.ended.get(followUpId);
  const entry = ledger.open.get(followUpId) ?? ended?.entry;
  if (!entry) return undefined;
  const known = rows.get(followUpId) ?? before.get(followUpId);
  const beside = {
    episodeId: slice.id,
    organisation: slice.organisation,
    anchorOn: known ? (known.anchor_on ?? null) : await anchorOn(slice.id, entry.anchorRevision, entry.zone, tx),
    raises: raisesAfter(known?.raises, entry),
  };
  return ended ? endedRow(ended, beside) : openRow(entry, beside);
}

async function anchorOn(episodeId: string, revision: number, zone: string, tx: Tx): Promise<string | null> {
  const anchor = await tx
    .selectFrom('episode_events')
    .select('occurred_at')
    .where('episode_id', '=', episodeId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return anchor ? localDate(anchor.occurred_at, zone) : null;
}

async function save({ episode_id, follow_up_id, ...rest }: FollowUpRow, tx: Tx): Promise<void> {
  await tx
    .insertInto('follow_ups')
    .values({ episode_id, follow_up_id, ...rest })
    .onConflict((oc) => oc.columns(['episode_id', 'follow_up_id']).doUpdateSet(rest))
    .execute();
}
