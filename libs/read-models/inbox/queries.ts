import { localDate, type Notify } from '#care';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { reasonOf } from '../follow-ups/row.js';
import { list } from '../rows.js';
import { daysFrom } from '../words/dates.js';
import { whatCloses, whyItExists } from '../words/follow-ups.js';

export interface InboxFilter {
  readonly organisation: string;
  readonly now: Date;
  readonly site?: string;
  readonly careManager?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** A result that staff did not enter and nobody has looked at. */
export interface InboxView {
  readonly episodeId: string;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly careManager: string | null;
  readonly followUpId: string;
  /** Of the result: what a review refers to. */
  readonly revision: number;
  readonly instrument: string | null;
  readonly enteredBy: string | null;
  readonly receivedAt: string | null;
  readonly completeness: string | null;
  readonly total: number | null;
  readonly band: string | null;
  /** A screener’s hint for who looks first; never a recorded level of risk. */
  readonly triage: string | null;
  readonly unreadable: boolean;
  readonly why: string;
  /** When its review was first asked for; null before that. */
  readonly since: string | null;
  readonly dueOn: string;
  readonly daysOverdue: number;
  readonly closes: string;
  readonly next: { readonly at: string; readonly notify: readonly Notify[] };
}

/** New results, by when they are to be looked at. Every open result review is here, raised or not. */
export async function inbox(db: Database, filter: InboxFilter): Promise<Page<InboxView>> {
  const limit = pageLength(filter.limit);
  let query = db
    .selectFrom('follow_ups')
    .leftJoin('scores', (join) =>
      join
        .onRef('scores.episode_id', '=', 'follow_ups.episode_id')
        .onRef('scores.revision', '=', 'follow_ups.anchor_revision'),
    )
    .leftJoin('episodes', 'episodes.episode_id', 'follow_ups.episode_id')
    .leftJoin('patients', 'patients.patient_id', 'episodes.patient_id')
    .selectAll('follow_ups')
    .select([
      'scores.instrument',
      'scores.entered_by',
      'scores.recorded_at',
      'scores.completeness',
      'scores.total',
      'scores.band',
      'scores.triage',
      'scores.unreadable',
      'episodes.patient_id',
      'episodes.care_manager',
      'patients.name',
    ])
    .where('follow_ups.organisation', '=', filter.organisation)
    .where('follow_ups.state', '=', 'open')
    .where('follow_ups.kind', '=', 'result-review');
  if (filter.site !== undefined) query = query.where('episodes.site', '=', filter.site);
  if (filter.careManager !== undefined) query = query.where('episodes.care_manager', '=', filter.careManager);
  if (filter.cursor !== undefined) {
    const [due, episodeId, followUpId] = fromCursor(filter.cursor, 3).map(String);
    query = query.where((eb) =>
      eb(
        eb.refTuple('follow_ups.due_on', 'follow_ups.episode_id', 'follow_ups.follow_up_id'),
        '>',
        eb.tuple(due ?? '', episodeId ?? '', followUpId ?? ''),
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
  const toView = (row: (typeof rows)[number]): InboxView => ({
    episodeId: row.episode_id,
    patientId: row.patient_id,
    patientName: row.name,
    careManager: row.care_manager,
    followUpId: row.follow_up_id,
    revision: row.anchor_revision,
    instrument: row.instrument,
    enteredBy: row.entered_by,
    receivedAt: row.recorded_at,
    completeness: row.completeness,
    total: row.total,
    band: row.band,
    triage: row.triage,
    unreadable: row.unreadable === 1,
    why: whyItExists(reasonOf(row, row.instrument), localDate(now, row.zone)),
    since: row.first_raised_at,
    dueOn: row.due_on,
    daysOverdue: Math.max(0, daysFrom(row.due_on, localDate(now, row.zone))),
    closes: whatCloses(row.kind),
    next: { at: row.next_at, notify: list(row.next_notify) },
  });
  return page(rows, limit, toView, (row) => [row.due_on, row.episode_id, row.follow_up_id]);
}
