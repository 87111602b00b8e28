import {
  addDays,
  localDate,
  parameter,
  whoseWorkFallsTo,
  type LocalDate,
  type Pathway,
  type PatientDetails,
  type RecordedOrganisationEvent,
} from '#care';
import { episodesNaming } from '../episodes/naming.js';
import { openItems } from '../worklist/open-items.js';
import { organisationEvents, organisationQuery } from '../organisation/queries.js';
import type { Database } from '../projection.js';
import type { ClinicDay, StandingOut, Subject } from './clinic-day.js';
import type { Course } from './course.js';
import { documentation } from './documentation.js';
import { evening, type Evening } from './evening.js';
import { huddle, type HuddleClass, type HuddleLine, type InTreatment } from './huddle.js';
import { toDayItem, type DayItem, type FoundDayItem } from './item.js';
import type { DayList, Narrowing } from './lines.js';
import { momentOf, type Moment } from './moment.js';
import { morning, type MorningClass } from './morning.js';
import { outreach, toBeReached, type OutreachClass, type OutreachLine, type ReachedBy } from './outreach.js';
import type { Lack } from './records.js';
import type { Reach } from './reach.js';
import { STANDS_OUT, type Standing } from './standing.js';

export interface DayFilter extends Narrowing {
  readonly organisation: string;
  readonly now: Date;
  /** The clinic's own pathway: the lists of a day are its habits, not what an episode is owed. */
  readonly pathway: Pathway;
  /** Today or later; absent: now. */
  readonly date?: LocalDate;
}

/** A list of a day, made as of an instant. */
export type Dated<L> = L & { readonly asOf: string; readonly date: string | null };

const dated = <L extends object>({ now, date }: DayFilter, list: L): Dated<L> => ({
  asOf: now.toISOString(),
  date: date ?? null,
  ...list,
});

/** The lists of a day; of the organisation only what is new is read each time. */
export function dayQueries(db: Database) {
  const source = { db, organisationNow: organisationQuery(db) };
  return {
    async morning(filter: DayFilter): Promise<Dated<DayList<MorningClass>>> {
      return dated(filter, morning((await clinicDay(source, filter)).day, filter));
    },
    async outreach(filter: DayFilter): Promise<Dated<DayList<OutreachClass, OutreachLine>>> {
      const { day } = await clinicDay(source, filter);
      return dated(filter, outreach(day, await reachesOf(db, toBeReached(day)), filter));
    },
    async huddle(filter: DayFilter): Promise<Dated<DayList<HuddleClass, HuddleLine>>> {
      const { day, persons } = await clinicDay(source, filter);
      const sessions = sessionsIn(await organisationEvents(db, filter.organisation), day);
      return dated(filter, huddle(day, await inTreatment(db, filter, persons), sessions, filter));
    },
    async documentation(filter: DayFilter): Promise<Dated<DayList<Lack>>> {
      return dated(filter, documentation((await clinicDay(source, filter, { onlyRecords: true })).day, filter));
    },
    async evening(filter: DayFilter): Promise<Dated<Evening>> {
      return dated(filter, evening((await clinicDay(source, filter)).day, filter));
    },
  };
}
export type DayQueries = ReturnType<typeof dayQueries>;

interface Source {
  readonly db: Database;
  readonly organisationNow: ReturnType<typeof organisationQuery>;
}

interface FetchedDay {
  readonly day: ClinicDay;
  /** One of whom an episode must name for a follow-up in it to be on the list; null: it may name anybody. */
  readonly persons: ReadonlySet<string> | null;
}

async function clinicDay(
  { db, organisationNow }: Source,
  filter: DayFilter,
  { onlyRecords }: { onlyRecords: boolean } = { onlyRecords: false },
): Promise<FetchedDay> {
  const organisation = await organisationNow(filter.organisation);
  const zones = new Set(
    [...organisation.sites.values()].flatMap(({ calendars }) => calendars.at(-1)?.value.zone ?? []),
  );
  const moment = momentOf(filter.now.toISOString(), filter.date, zones);
  // Where notes are never sent on, each episode has some: only their own list reads them.
  const places = onlyRecords ? [STANDS_OUT.everywhere, STANDS_OUT.inRecords] : [STANDS_OUT.everywhere];
  const standing = await standingIn(db, filter.organisation, places);
  const asked = new Set(
    standing.flatMap(({ subject, standing: { requests } }) => (requests.length > 0 ? [subject.episodeId] : [])),
  );
  const { pathway, careManager } = filter;
  const persons =
    careManager === undefined ? null : whoseWorkFallsTo(organisation, careManager, [...zones].map(moment.now));
  const items = onlyRecords ? [] : await owed(db, filter, { moment, zones, persons });
  return {
    persons,
    day: { moment, pathway, organisation, items, standing, asked, today: ({ zone }) => moment.today(zone) },
  };
}

/** No closure of a site lasts longer than this; the evening looks as far as the next open day. */
const LONGEST_CLOSURE_DAYS = 14;

/** Open follow-ups that may concern the day: raised or to be raised by then, due within reach, or a first call to make. */
async function owed(
  db: Database,
  { organisation, pathway }: DayFilter,
  { moment, zones, persons }: { moment: Moment; zones: ReadonlySet<string> } & Pick<FetchedDay, 'persons'>,
): Promise<DayItem[]> {
  const latest = [...zones].map((zone) => moment.today(zone)).reduce((a, b) => (a > b ? a : b), '');
  const reach = Math.max(parameter(pathway, 'day.consult-ahead'), LONGEST_CLOSURE_DAYS);
  if (latest === '') return [];
  const rows = await openItems(db, organisation, persons)
    .where((eb) =>
      eb.or([
        eb('follow_ups.first_raised_at', 'is not', null),
        // Past the end of that day in every zone.
        eb('follow_ups.next_at', '<', addDays(latest, 2)),
        eb('follow_ups.due_on', '<=', addDays(latest, reach)),
        eb('follow_ups.kind', '=', 'first-outreach'),
      ]),
    )
    .execute();
  return rows.map((row) => toDayItem(row as FoundDayItem, moment));
}

const BRIEFED = [
  'episodes.episode_id',
  'episodes.patient_id',
  'episodes.site',
  'episodes.zone',
  'episodes.care_manager',
  'episodes.provider',
  'episodes.scale',
  'patients.name',
  'patients.unreadable',
] as const;

interface Briefed {
  episode_id: string;
  patient_id: string;
  site: string;
  zone: string;
  care_manager: string | null;
  provider: string | null;
  scale: string | null;
  name: string | null;
  unreadable: number | null;
}

const subjectIn = (row: Briefed): Subject => ({
  episodeId: row.episode_id,
  patientId: row.patient_id,
  patientName: row.name,
  unreadable: row.unreadable === 1,
  site: row.site,
  zone: row.zone,
  careManager: row.care_manager,
  provider: row.provider,
  scale: row.scale,
});

const briefs = (db: Database, organisation: string) =>
  db
    .selectFrom('briefs')
    .innerJoin('episodes', 'episodes.episode_id', 'briefs.episode_id')
    .leftJoin('patients', 'patients.patient_id', 'episodes.patient_id')
    .select(BRIEFED)
    .where('briefs.organisation', '=', organisation);

async function standingIn(db: Database, organisation: string, places: readonly number[]): Promise<StandingOut[]> {
  const rows = await briefs(db, organisation)
    .leftJoin('patients as record', 'record.patient_id', 'episodes.record_id')
    .select('briefs.standing')
    .where('briefs.stands_out', 'in', places)
    // Of somebody who was erased nothing can be written down any more.
    .where('record.erased_at', 'is', null)
    .execute();
  return rows.map((row) => ({ subject: subjectIn(row), standing: JSON.parse(row.standing) as Standing }));
}

async function inTreatment(
  db: Database,
  { organisation }: DayFilter,
  persons: FetchedDay['persons'],
): Promise<InTreatment[]> {
  let query = briefs(db, organisation).select('briefs.course').where('briefs.in_treatment', '=', 1);
  if (persons) query = query.where('briefs.episode_id', 'in', episodesNaming(db, organisation, [...persons]));
  const rows = await query.execute();
  return rows.map((row) => ({ subject: subjectIn(row), course: JSON.parse(row.course) as Course }));
}

async function reachesOf(db: Database, episodeIds: readonly string[]): Promise<ReadonlyMap<string, ReachedBy>> {
  if (episodeIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('briefs')
    .innerJoin('episodes', 'episodes.episode_id', 'briefs.episode_id')
    .leftJoin('patients', 'patients.patient_id', 'episodes.patient_id')
    .select(['briefs.episode_id', 'briefs.reach', 'patients.details'])
    .where('briefs.episode_id', 'in', episodeIds)
    .execute();
  return new Map(
    rows.map((row) => {
      const details = JSON.parse(row.details ?? '{}') as Partial<PatientDetails>;
      const { phone = null, language = null, interpreter = false } = details;
      return [row.episode_id, { reach: JSON.parse(row.reach) as Reach, phone, language, interpreter }];
    }),
  );
}

/** The date of the last review session that named each episode, as its zone has it. */
function sessionsIn(events: readonly RecordedOrganisationEvent[], { organisation }: ClinicDay): Map<string, LocalDate> {
  const zone = [...organisation.sites.values()][0]?.calendars.at(-1)?.value.zone ?? 'UTC';
  const last = new Map<string, LocalDate>();
  for (const event of events) {
    if (event.type !== 'ReviewSessionHeld') continue;
    const on = localDate(event.occurredAt, zone);
    for (const episode of event.facts.episodes) if ((last.get(episode) ?? '') < on) last.set(episode, on);
  }
  return last;
}
