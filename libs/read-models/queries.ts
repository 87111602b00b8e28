import { caseloadQuery, type CaseloadFilter } from './caseload/queries.js';
import type { CaseloadRow } from './caseload/view.js';
import { consults, type ConsultFilter, type ConsultView } from './consults/queries.js';
import { dayQueries, type DayFilter, type DayQueries } from './day/queries.js';
import { episode, type EpisodeView } from './episodes/queries.js';
import { followUps, type FollowUpFilter, type FollowUpView } from './follow-ups/queries.js';
import type { Views } from './generation.js';
import { inbox, type InboxFilter, type InboxView } from './inbox/queries.js';
import type { Page } from './page.js';
import { closedTo, patient, patientsByRecordNumber, type NumberBearer, type PatientView } from './patients/queries.js';
import { referrals, type ReferralFilter, type ReferralView } from './referrals/queries.js';
import type { Database } from './projection.js';
import { scores, type ScoreView } from './scores/queries.js';
import { timeline, type TimelineFilter } from './timeline/queries.js';
import type { TimelineEntry } from './timeline/tell-timeline.js';
import { worklistQuery, type WorklistFilter } from './worklist/queries.js';
import type { WorklistRow } from './worklist/rows.js';

/** A query as it is asked from outside: the present time comes from the clock. */
type Asked<F> = Omit<F, 'now'>;

/**
 * What can be asked. Every query names the organisation and sees nothing of another one. Lists come in pages of at most 200 rows, those of a day whole; `null`
 * where the organisation has no such thing. @throws BadCursor, PastDate, ViewsRebuilding
 */
export interface Queries {
  caseload(filter: Asked<CaseloadFilter>): Promise<Page<CaseloadRow>>;
  worklist(filter: Asked<WorklistFilter>): Promise<Page<WorklistRow>>;
  consults(filter: Asked<ConsultFilter>): Promise<Page<ConsultView>>;
  referrals(filter: Asked<ReferralFilter>): Promise<Page<ReferralView>>;
  inbox(filter: Asked<InboxFilter>): Promise<Page<InboxView>>;
  morning(filter: Asked<DayFilter>): ReturnType<DayQueries['morning']>;
  outreach(filter: Asked<DayFilter>): ReturnType<DayQueries['outreach']>;
  huddle(filter: Asked<DayFilter>): ReturnType<DayQueries['huddle']>;
  documentation(filter: Asked<DayFilter>): ReturnType<DayQueries['documentation']>;
  evening(filter: Asked<DayFilter>): ReturnType<DayQueries['evening']>;
  followUps(filter: Asked<FollowUpFilter>): Promise<Page<FollowUpView>>;
  timeline(filter: TimelineFilter): Promise<Page<TimelineEntry> | null>;
  scores(of: { organisation: string; episodeId: string }): Promise<readonly ScoreView[] | null>;
  episode(of: { organisation: string; episodeId: string }): Promise<EpisodeView | null>;
  patient(of: { organisation: string; patientId: string }): Promise<PatientView | null>;
  closedTo(of: { organisation: string; subject: string }): Promise<ReadonlySet<string>>;
  patientsByRecordNumber(of: { organisation: string; recordNumber: string }): Promise<readonly NumberBearer[]>;
}

/** Whoever has the newest complete views at hand. */
export interface Reading {
  read<T>(query: (views: Views) => Promise<T>): Promise<T>;
}

/** The queries over whichever generation of views is newest and complete. */
export function queriesOver(runner: Reading, clock: { now(): Date }): Queries {
  const caseloadOf = oncePerGeneration(caseloadQuery);
  const worklistOf = oncePerGeneration(worklistQuery);
  const dayOf = oncePerGeneration(dayQueries);
  return {
    caseload: (filter) => runner.read((views) => caseloadOf(views)({ ...filter, now: clock.now() })),
    worklist: (filter) => runner.read((views) => worklistOf(views)({ ...filter, now: clock.now() })),
    consults: (filter) => runner.read(({ reader }) => consults(reader, { ...filter, now: clock.now() })),
    referrals: (filter) => runner.read(({ reader }) => referrals(reader, { ...filter, now: clock.now() })),
    inbox: (filter) => runner.read(({ reader }) => inbox(reader, { ...filter, now: clock.now() })),
    morning: (filter) => runner.read((views) => dayOf(views).morning({ ...filter, now: clock.now() })),
    outreach: (filter) => runner.read((views) => dayOf(views).outreach({ ...filter, now: clock.now() })),
    huddle: (filter) => runner.read((views) => dayOf(views).huddle({ ...filter, now: clock.now() })),
    documentation: (filter) => runner.read((views) => dayOf(views).documentation({ ...filter, now: clock.now() })),
    evening: (filter) => runner.read((views) => dayOf(views).evening({ ...filter, now: clock.now() })),
    followUps: (filter) => runner.read(({ reader }) => followUps(reader, { ...filter, now: clock.now() })),
    timeline: (filter) => runner.read(({ reader }) => timeline(reader, filter)),
    scores: (of) => runner.read(({ reader }) => scores(reader, of)),
    episode: (of) => runner.read(({ reader }) => episode(reader, of)),
    patient: (of) => runner.read(({ reader }) => patient(reader, of)),
    closedTo: (of) => runner.read(({ reader }) => closedTo(reader, of)),
    patientsByRecordNumber: (of) => runner.read(({ reader }) => patientsByRecordNumber(reader, of)),
  };
}

/** For queries that keep something between calls: what they keep goes with its generation. */
function oncePerGeneration<Q>(make: (reader: Database) => Q): (views: Views) => Q {
  const made = new WeakMap<Views, { readonly query: Q }>();
  return (views) => {
    const known = made.get(views) ?? { query: make(views.reader) };
    made.set(views, known);
    return known.query;
  };
}
