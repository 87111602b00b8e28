import { localDate } from '#care';
import { sql, type CompiledQuery, type SelectQueryBuilder } from 'kysely';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { flag, list } from '../rows.js';
import type { ReadDatabase } from '../schema.js';
import { dateOf, dayNumbers } from '../words/dates.js';
import { titleOf, whatCloses, whyItExists } from '../words/follow-ups.js';
import { keptRows } from './kept-rows.js';
import type { CaseloadHeadline, CaseloadRow, KeptHeadline, KeptRow } from './view.js';

export interface CaseloadFilter {
  readonly organisation: string;
  readonly now: Date;
  readonly careManager?: string;
  readonly provider?: string;
  readonly site?: string;
  /** Absent: every episode that goes on or still owes something. */
  readonly phase?: string;
  readonly flagged?: boolean;
  readonly cursor?: string;
  readonly limit?: number;
}

interface Found {
  kept: string;
  zone: string;
  urgency: string;
  episode_id: string;
  name: string | null;
  patient_language: string | null;
  patient_unreadable: number | null;
  labels: string | null;
  behind: number;
}
type Query = SelectQueryBuilder<ReadDatabase, 'caseload', Found>;

/** The optional equalities, in the order in which their values are bound. */
const EQUALITIES = [
  ['careManager', 'care_manager'],
  ['provider', 'provider'],
  ['site', 'site'],
  ['phase', 'phase'],
] as const;

/** Compiled once per combination of filters: the shape of the statement never depends on a value. */
export function caseloadQuery(db: Database): (filter: CaseloadFilter) => Promise<Page<CaseloadRow>> {
  const compiled = new Map<string, CompiledQuery<Found>>();
  const rowOf = keptRows();
  return async (filter) => {
    const limit = pageLength(filter.limit);
    const after = filter.cursor === undefined ? undefined : fromCursor(filter.cursor, 2);
    const shape = shapeOf(filter);
    let query = compiled.get(shape);
    if (!query) compiled.set(shape, (query = compile(db, filter)));
    const { rows } = await db.executeQuery<Found>({ ...query, parameters: parametersOf(filter, after, limit) });
    return page(rows, limit, rowMaker(filter.now.toISOString(), rowOf), (row) => [row.urgency, row.episode_id]);
  };
}

const shapeOf = (filter: CaseloadFilter): string =>
  [...EQUALITIES.map(([name]) => name), 'flagged' as const, 'cursor' as const]
    .map((name) => Number(filter[name] !== undefined))
    .join('');

function compile(db: Database, filter: CaseloadFilter): CompiledQuery<Found> {
  let query: Query = db
    .selectFrom('caseload')
    .leftJoin('patients', 'patients.patient_id', 'caseload.patient_id')
    .select(['caseload.kept', 'caseload.zone', 'caseload.urgency', 'caseload.episode_id'])
    .select(['patients.name', 'patients.labels', 'patients.language as patient_language'])
    .select('patients.unreadable as patient_unreadable')
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('parked')
            .select('parked.stream_id')
            .where('parked.stream_id', '=', sql<string>`'episode-' || ${eb.ref('caseload.episode_id')}`),
        )
        .$castTo<number>()
        .as('behind'),
    )
    .where('caseload.organisation', '=', '');
  for (const [name, column] of EQUALITIES)
    if (filter[name] !== undefined) query = query.where(`caseload.${column}`, '=', '');
  if (filter.phase === undefined) query = query.where('caseload.listed', '=', 1);
  if (filter.flagged !== undefined) query = query.where('caseload.flagged', '=', 1);
  if (filter.cursor !== undefined)
    query = query.where((eb) => eb(eb.refTuple('caseload.urgency', 'caseload.episode_id'), '>', eb.tuple('', '')));
  return query.orderBy('caseload.urgency').orderBy('caseload.episode_id').limit(1).compile();
}

/** In the order in which `compile` binds them. */
function parametersOf(filter: CaseloadFilter, after: readonly unknown[] | undefined, limit: number): unknown[] {
  const equal = EQUALITIES.flatMap(([name]) => (filter[name] === undefined ? [] : [filter[name]]));
  return [
    filter.organisation,
    ...equal,
    ...(filter.phase === undefined ? [1] : []),
    ...(filter.flagged === undefined ? [] : [flag(filter.flagged)]),
    ...(after ?? []),
    limit + 1,
  ];
}

/** Turns the rows of one page, taking each site's date today only once. */
function rowMaker(now: string, rowOf: ReturnType<typeof keptRows>): (found: Found) => CaseloadRow {
  const dayOf = dayNumbers();
  const todays = new Map<string, number>();
  return (found) => {
    let today = todays.get(found.zone);
    if (today === undefined) todays.set(found.zone, (today = dayOf(localDate(now, found.zone))));
    return filledIn(rowOf(found.episode_id, found.kept), found, today, dayOf);
  };
}

/** Fills in what is not kept: today, the patient, our words. */
function filledIn(kept: Readonly<KeptRow>, found: Found, today: number, dayOf: (date: string) => number): CaseloadRow {
  const { headline } = kept;
  return {
    ...kept,
    patientName: found.name,
    labels: list(found.labels ?? '[]'),
    unreadable: kept.unreadable || found.patient_unreadable === 1,
    language: kept.language ?? found.patient_language,
    behind: found.behind === 1,
    weekInEpisode: kept.enrolledOn === null ? null : Math.floor((today - dayOf(kept.enrolledOn)) / 7) + 1,
    daysSinceContact: kept.lastContactOn === null ? null : today - dayOf(kept.lastContactOn),
    headline: headline && headlineOn(headline, today, dayOf),
  };
}

/** Pages are asked for again and again while few rows change; saying why takes longer than reading a row. */
const said = new WeakMap<KeptHeadline, { readonly today: number; readonly why: string; readonly closes: string }>();

function inWords(headline: KeptHeadline, today: number): { readonly why: string; readonly closes: string } {
  const before = said.get(headline);
  if (before?.today === today) return before;
  const { reason } = headline;
  const words = { today, why: whyItExists(reason, dateOf(today)), closes: whatCloses(reason.kind, reason.numbers) };
  said.set(headline, words);
  return words;
}

function headlineOn(headline: KeptHeadline, today: number, dayOf: (date: string) => number): CaseloadHeadline {
  const { followUpId, since, next, reason } = headline;
  const { kind, anchorOn, dueOn } = reason;
  const { why, closes } = inWords(headline, today);
  const daysOverdue = Math.max(0, today - dayOf(dueOn));
  return { followUpId, kind, title: titleOf(kind), why, anchorOn, dueOn, daysOverdue, since, closes, next };
}
