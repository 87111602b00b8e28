import {
  emptyLedger,
  FOLLOW_UP_EVENT_TYPES,
  foldLedger,
  localDate,
  type EndedFollowUp,
  type EpisodeEventType,
  type Ledger,
  type LedgerEntry,
} from '#care';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import { list } from '../rows.js';
import { upsertAll } from '../writing.js';
import { anchorsOf, writeMissingAnchors, type Anchors } from './anchors.js';
import { openFollowUps } from './open.js';
import { endedRow, entryOf, openRow, raisesAfter, type Anchor, type FollowUpRow } from './row.js';
import { followUpsTable, type Raise } from './schema.js';

/**
 * Reads follow-up events alone, which carry all that is needed and are never sealed: no lost key and no damaged act takes
 * somebody off the worklist.
 */
export const followUpsProjection: Projection = {
  name: 'follow-ups',
  version: 3,
  categories: ['episode'],
  types: new Set(FOLLOW_UP_EVENT_TYPES),
  onPoison: 'park',
  tables: followUpsTable,
  async apply(slices, batch) {
    const open = await openFollowUps(
      slices.map(({ id }) => id),
      batch,
    );
    const anchors = await anchorsOf(slices, batch);
    const changed: FollowUpRow[] = [];
    for (const slice of slices) {
      const folding = new Folding(slice, open.get(slice.id) ?? [], anchors, batch.tx);
      for (const event of slice.events) await folding.take(event);
      changed.push(...folding.changed());
      batch.open.set(slice.id, folding.open());
    }
    await upsertAll(batch, 'follow_ups', changed);
  },
  mend: writeMissingAnchors,
};

/** Somebody said that they have it, or was given it by name. */
const TAKEN_IN_HAND: ReadonlySet<string> = new Set(['FollowUpAcknowledged', 'FollowUpHandedOver']);

/** The follow-ups of one episode while events are folded into them. */
class Folding {
  private readonly touched = new Set<string>();
  private readonly rows: Map<string, FollowUpRow>;
  private ledger: Ledger;

  constructor(
    private readonly slice: Slice,
    open: readonly FollowUpRow[],
    private readonly anchors: Anchors,
    private readonly tx: Tx,
  ) {
    this.rows = new Map(open.map((row) => [row.follow_up_id, row]));
    this.ledger = { ...emptyLedger, open: new Map(open.map((row) => [row.follow_up_id, entryOf(row)])) };
  }

  changed = (): readonly FollowUpRow[] => [...this.touched].flatMap((id) => this.rows.get(id) ?? []);
  /** In the order of their ids, as they are read. */
  open = (): readonly FollowUpRow[] =>
    [...this.rows.values()]
      .filter(({ state }) => state === 'open')
      .toSorted((a, b) => (a.follow_up_id < b.follow_up_id ? -1 : 1));

  /** An event that fits no open follow-up changes nothing. */
  async take(event: ReadEvent): Promise<void> {
    this.ledger = foldLedger(this.ledger, event);
    const { followUpId } = event.facts as { followUpId: string };
    const ended = this.ledger.ended.get(followUpId);
    const entry = this.ledger.open.get(followUpId) ?? ended?.entry;
    if (!entry) return;
    const inHandSince = TAKEN_IN_HAND.has(event.type)
      ? event.recordedAt
      : (this.rows.get(followUpId)?.in_hand_since ?? null);
    this.rows.set(followUpId, await this.rowOf(entry, ended, inHandSince));
    this.touched.add(followUpId);
  }

  private async rowOf(
    entry: LedgerEntry,
    ended: EndedFollowUp | undefined,
    inHandSince: string | null,
  ): Promise<FollowUpRow> {
    const known = this.rows.get(entry.followUpId);
    const before = known ? list<Raise>(known.raises) : await this.raisesCarriedOn(entry);
    const beside = {
      episodeId: this.slice.id,
      organisation: this.slice.organisation,
      anchor: known ? { on: known.anchor_on, type: known.anchor_type } : this.anchorOf(entry),
      raises: raisesAfter(before, entry),
      inHandSince,
    };
    return ended ? endedRow(ended, beside) : openRow(entry, beside);
  }

  /** A re-derived follow-up goes on as raised as the one it replaces: what is overdue must not vanish (decision 4). */
  private async raisesCarriedOn({ carriesOn }: LedgerEntry): Promise<readonly Raise[]> {
    if (!carriesOn) return [];
    const before = this.rows.get(carriesOn.followUpId) ?? (await this.stored(carriesOn.followUpId));
    return before ? list<Raise>(before.raises) : [];
  }

  private stored(followUpId: string): Promise<{ raises: string } | undefined> {
    return this.tx
      .selectFrom('follow_ups')
      .select('raises')
      .where('episode_id', '=', this.slice.id)
      .where('follow_up_id', '=', followUpId)
      .executeTakeFirst();
  }

  private anchorOf({ anchorRevision, zone }: LedgerEntry): Anchor {
    const anchor = this.anchors(this.slice.id, anchorRevision);
    return anchor
      ? { on: localDate(anchor.occurredAt, zone), type: anchor.type as EpisodeEventType }
      : { on: null, type: null };
  }
}
