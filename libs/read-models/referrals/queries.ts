import { localDate } from '#care';
import { followUps, type FollowUpView } from '../follow-ups/queries.js';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { list } from '../rows.js';
import { daysFrom } from '../words/dates.js';

export interface ReferralFilter {
  readonly organisation: string;
  readonly now: Date;
  readonly site?: string;
  readonly careManager?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

export interface ReferralView {
  readonly episodeId: string;
  readonly patientId: string;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string;
  readonly careManager: string | null;
  readonly referredBy: string;
  readonly referredOn: string;
  readonly ageInDays: number;
  readonly urgency: string;
  readonly accepted: boolean;
  readonly repeated: boolean;
  readonly reason: string | null;
  readonly attempts: readonly { readonly on: string; readonly channel: string; readonly outcome: string }[];
  readonly reachedOn: string | null;
  /** What is owed, the earliest first: why, by when, what closes it, who hears next. */
  readonly nextSteps: readonly FollowUpView[];
}

/** Referrals that did not yet become treatment, urgent ones first, then the oldest. */
export async function referrals(db: Database, filter: ReferralFilter): Promise<Page<ReferralView>> {
  const limit = pageLength(filter.limit);
  const now = filter.now.toISOString();
  let query = db
    .selectFrom('referrals')
    .leftJoin('patients', 'patients.patient_id', 'referrals.patient_id')
    .selectAll('referrals')
    .select(['patients.name', 'patients.unreadable as patient_unreadable'])
    .where('referrals.organisation', '=', filter.organisation);
  if (filter.site !== undefined) query = query.where('referrals.site', '=', filter.site);
  if (filter.careManager !== undefined) query = query.where('referrals.care_manager', '=', filter.careManager);
  if (filter.cursor !== undefined) {
    const [sort, episodeId] = fromCursor(filter.cursor, 2).map(String);
    query = query.where((eb) =>
      eb(eb.refTuple('referrals.sort', 'referrals.episode_id'), '>', eb.tuple(sort ?? '', episodeId ?? '')),
    );
  }
  const found = await query
    .orderBy('referrals.sort')
    .orderBy('referrals.episode_id')
    .limit(limit + 1)
    .execute();
  const { rows, next } = page(
    found,
    limit,
    (row) => row,
    (row) => [row.sort, row.episode_id],
  );
  const steps = await Promise.all(
    rows.map((row) =>
      followUps(db, {
        organisation: filter.organisation,
        now: filter.now,
        episodeId: row.episode_id,
        open: true,
      }),
    ),
  );
  const views = rows.map((row, i): ReferralView => ({
    episodeId: row.episode_id,
    patientId: row.patient_id,
    patientName: row.name,
    unreadable: row.unreadable === 1 || row.patient_unreadable === 1,
    site: row.site,
    careManager: row.care_manager,
    referredBy: row.referred_by,
    referredOn: row.referred_on,
    ageInDays: daysFrom(row.referred_on, localDate(now, row.zone)),
    urgency: row.urgency,
    accepted: row.accepted === 1,
    repeated: row.repeated === 1,
    reason: row.reason,
    attempts: list(row.attempts_made),
    reachedOn: row.reached_on,
    nextSteps: steps[i]?.rows ?? [],
  }));
  return { rows: views, next };
}
