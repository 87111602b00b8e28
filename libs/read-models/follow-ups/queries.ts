import { localDate, type FollowUpKind, type Notify } from '#care';
import type { Selectable } from 'kysely';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { list } from '../rows.js';
import { titleOf, whatCloses, whyItExists } from '../words/follow-ups.js';
import { reasonOf } from './row.js';
import type { FollowUpsTable, Raise } from './schema.js';

export interface FollowUpFilter {
  readonly organisation: string;
  readonly now: Date;
  readonly episodeId?: string;
  readonly kind?: FollowUpKind;
  /** Absent: both open and ended. */
  readonly open?: boolean;
  readonly dueBefore?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** A follow-up as anybody may ask about it: why, since when, by when, what closes it, who hears next. */
export interface FollowUpView {
  readonly episodeId: string;
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly title: string;
  readonly why: string;
  readonly closes: string;
  readonly anchorRevision: number;
  readonly dueOn: string;
  readonly safety: boolean;
  readonly state: 'open' | 'fulfilled' | 'superseded';
  /** Done, but it became known only after the due day; what was raised meanwhile stays in `raises`. */
  readonly satisfiedLate: boolean;
  readonly openedAt: string;
  readonly raises: readonly Raise[];
  /** Null once it has ended. */
  readonly next: { readonly step: number; readonly at: string; readonly notify: readonly Notify[] } | null;
  readonly snoozedUntil: string | null;
  readonly acknowledgedBy: string | null;
  readonly owner: string | null;
  readonly ended: { readonly at: string; readonly byRevision: number; readonly reason: string | null } | null;
}

export async function followUps(db: Database, filter: FollowUpFilter): Promise<Page<FollowUpView>> {
  const limit = pageLength(filter.limit);
  let query = db
    .selectFrom('follow_ups')
    .leftJoin('episodes', 'episodes.episode_id', 'follow_ups.episode_id')
    .selectAll('follow_ups')
    .select('episodes.scale')
    .where('follow_ups.organisation', '=', filter.organisation);
  if (filter.episodeId !== undefined) query = query.where('follow_ups.episode_id', '=', filter.episodeId);
  if (filter.kind !== undefined) query = query.where('follow_ups.kind', '=', filter.kind);
  if (filter.open !== undefined) query = query.where('follow_ups.state', filter.open ? '=' : '!=', 'open');
  if (filter.dueBefore !== undefined) query = query.where('follow_ups.due_on', '<', filter.dueBefore);
  if (filter.cursor !== undefined) {
    const [due, episodeId, followUpId] = fromCursor(filter.cursor, 3);
    query = query.where((eb) =>
      eb(
        eb.refTuple('follow_ups.due_on', 'follow_ups.episode_id', 'follow_ups.follow_up_id'),
        '>',
        eb.tuple(String(due), String(episodeId), String(followUpId)),
      ),
    );
  }
  const rows = await query
    .orderBy('follow_ups.due_on')
    .orderBy('follow_ups.episode_id')
    .orderBy('follow_ups.follow_up_id')
    .limit(limit + 1)
    .execute();
  const now = filter.now.toISOString();
  return page(
    rows,
    limit,
    (row) => toView(row, now),
    (row) => [row.due_on, row.episode_id, row.follow_up_id],
  );
}

function toView(row: Selectable<FollowUpsTable> & { scale: string | null }, now: string): FollowUpView {
  const reason = reasonOf(row, row.scale);
  return {
    episodeId: row.episode_id,
    followUpId: row.follow_up_id,
    kind: row.kind,
    title: titleOf(row.kind),
    why: whyItExists(reason, localDate(now, row.zone)),
    closes: whatCloses(row.kind, reason.numbers),
    anchorRevision: row.anchor_revision,
    dueOn: row.due_on,
    safety: row.safety === 1,
    state: row.state,
    satisfiedLate: row.state === 'fulfilled' && row.ended_at !== null && localDate(row.ended_at, row.zone) > row.due_on,
    openedAt: row.opened_at,
    raises: list(row.raises),
    next: row.state === 'open' ? { step: row.next_step, at: row.next_at, notify: list(row.next_notify) } : null,
    snoozedUntil: row.snoozed_until,
    acknowledgedBy: row.acknowledged_by,
    owner: row.owner,
    ended:
      row.ended_at === null || row.by_revision === null
        ? null
        : { at: row.ended_at, byRevision: row.by_revision, reason: row.end_reason },
  };
}
