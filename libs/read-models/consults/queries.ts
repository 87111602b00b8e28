import { localDate, type FollowUpKind, type Notify } from '#care';
import type { Selectable } from 'kysely';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { list } from '../rows.js';
import { daysFrom, spoken } from '../words/dates.js';
import { titleOf, whatCloses, whyItExists } from '../words/follow-ups.js';
import type { ConsultReason, ConsultScore, LastRecommendation } from './rows.js';
import type { ConsultsTable } from './schema.js';

export interface ConsultFilter {
  readonly organisation: string;
  readonly now: Date;
  readonly site?: string;
  readonly careManager?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** A reason in words: why, since when, by when, what closes it, who hears next. */
export interface ConsultReasonView {
  readonly because: 'follow-up' | 'request';
  readonly title: string;
  readonly why: string;
  readonly since: string;
  readonly dueOn: string | null;
  readonly closes: string;
  readonly next: { readonly at: string; readonly notify: readonly Notify[] } | null;
  readonly followUpId: string | null;
  readonly kind: FollowUpKind | null;
  /** What the care manager asks; null when nothing was asked or it cannot be read. */
  readonly question: string | null;
}

export interface ConsultView {
  readonly episodeId: string;
  readonly patientId: string;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string;
  readonly careManager: string | null;
  readonly provider: string | null;
  readonly phase: string;
  readonly riskLevel: string | null;
  /** Weeks since enrolment; null before it. */
  readonly weeksInTreatment: number | null;
  readonly scale: string | null;
  /** Results of the primary scale in clinical order. */
  readonly scores: readonly ConsultScore[];
  readonly reasons: readonly ConsultReasonView[];
  readonly since: string;
  readonly lastRecommendation: LastRecommendation | null;
}

/** Who waits for the psychiatric consultant, the most pressing first. */
export async function consults(db: Database, filter: ConsultFilter): Promise<Page<ConsultView>> {
  const limit = pageLength(filter.limit);
  let query = db
    .selectFrom('consults')
    .leftJoin('patients', 'patients.patient_id', 'consults.patient_id')
    .selectAll('consults')
    .select(['patients.name', 'patients.unreadable as patient_unreadable'])
    .where('consults.organisation', '=', filter.organisation);
  if (filter.site !== undefined) query = query.where('consults.site', '=', filter.site);
  if (filter.careManager !== undefined) query = query.where('consults.care_manager', '=', filter.careManager);
  if (filter.cursor !== undefined) {
    const [urgency, episodeId] = fromCursor(filter.cursor, 2).map(String);
    query = query.where((eb) =>
      eb(eb.refTuple('consults.urgency', 'consults.episode_id'), '>', eb.tuple(urgency ?? '', episodeId ?? '')),
    );
  }
  const rows = await query
    .orderBy('consults.urgency')
    .orderBy('consults.episode_id')
    .limit(limit + 1)
    .execute();
  return page(
    rows,
    limit,
    (row) => toView(row, filter.now.toISOString()),
    (row) => [row.urgency, row.episode_id],
  );
}

type Found = Selectable<ConsultsTable> & { name: string | null; patient_unreadable: number | null };

function toView(row: Found, now: string): ConsultView {
  return {
    episodeId: row.episode_id,
    patientId: row.patient_id,
    patientName: row.name,
    unreadable: row.unreadable === 1 || row.patient_unreadable === 1,
    site: row.site,
    careManager: row.care_manager,
    provider: row.provider,
    phase: row.phase,
    riskLevel: row.risk_level,
    weeksInTreatment:
      row.enrolled_on === null ? null : Math.floor(daysFrom(row.enrolled_on, localDate(now, row.zone)) / 7),
    scale: row.scale,
    scores: list(row.scores),
    reasons: list<ConsultReason>(row.reasons).map((reason) => inWords(reason, localDate(now, row.zone))),
    since: row.since,
    lastRecommendation: row.last === null ? null : (JSON.parse(row.last) as LastRecommendation),
  };
}

function inWords(reason: ConsultReason, today: string): ConsultReasonView {
  if (reason.because === 'request') {
    const { since, on, urgency, question, owed } = reason;
    const why = `Consult requested on ${spoken(on)}${urgency === 'routine' ? '' : `, ${urgency}`}; not answered yet`;
    return {
      because: 'request',
      title: 'Consult requested',
      why,
      since,
      dueOn: owed?.dueOn ?? null,
      closes: whatCloses('consult-request'),
      next: owed?.next ?? null,
      followUpId: owed?.followUpId ?? null,
      kind: owed ? 'consult-request' : null,
      question,
    };
  }
  const { followUpId, kind, since, next } = reason;
  return {
    because: 'follow-up',
    title: titleOf(kind),
    why: whyItExists(reason.reason, today),
    since,
    dueOn: reason.reason.dueOn,
    closes: whatCloses(kind, reason.reason.numbers),
    next,
    followUpId,
    kind,
    question: null,
  };
}
