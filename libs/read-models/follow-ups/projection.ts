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
  async apply(slice, { tx }) {
    const folding = await Folding.of(slice, tx);
    for (const event of slice.events) await folding.take(event);
    for (const row of folding.changed()) await save(row, tx);
  },
};

/** Somebody said that they have it, or was given it by name. */
const TAKEN_IN_HAND: ReadonlySet<string> = new Set(['FollowUpAcknowledged', 'FollowUpHandedOver']);

/** The follow-ups of one episode while events are folded into them. */
class Folding {
  private readonly touched = new Set<string>();

  private constructor(
    private readonly slice: Slice,
    private readonly tx: Tx,
    private readonly rows: Map<string, FollowUpRow>,
    private ledger: Ledger,
  ) {}

  static async of(slice: Slice, tx: Tx): Promise<Folding> {
    const open = await tx
      .selectFrom('follow_ups')
      .selectAll()
      .where('episode_id', '=', slice.id)
      .where('state', '=', 'open')
      .execute();
    const ledger = { ...emptyLedger, open: new Map(open.map((row) => [row.follow_up_id, entryOf(row)])) };
    return new Folding(slice, tx, new Map(open.map((row) => [row.follow_up_id, row])), ledger);
  }

  changed = (): readonly FollowUpRow[] => [...this.touched].flatMap((id) => this.rows.get(id) ?? []);

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
      anchor: known ? { on: known.anchor_on ?? null, type: known.anchor_type ?? null } : await this.anchorOf(entry),
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

  private async anchorOf({ anchorRevision, zone }: LedgerEntry): Promise<Anchor> {
    const anchor = await this.tx
      .selectFrom('episode_events')
      .select(['occurred_at', 'type'])
      .where('episode_id', '=', this.slice.id)
      .where('revision', '=', anchorRevision)
      .executeTakeFirst();
    return anchor
      ? { on: localDate(anchor.occurred_at, zone), type: anchor.type as EpisodeEventType }
      : { on: null, type: null };
  }
}

async function save({ episode_id, follow_up_id, ...rest }: FollowUpRow, tx: Tx): Promise<void> {
  await tx
    .insertInto('follow_ups')
    .values({ episode_id, follow_up_id, ...rest })
    .onConflict((oc) => oc.columns(['episode_id', 'follow_up_id']).doUpdateSet(rest))
    .execute();
}
