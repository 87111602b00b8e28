import type { Unreadable } from '#care';
import type { Codec, EventStore, StoredEvent } from '#event-store';
import { PROJECTIONS } from './projections.js';
import { queriesOver, type Queries } from './queries.js';
import { Onlooker } from './onlooker.js';
import { placeFor, placeOfOthers, type Whereabouts } from './places.js';
import { Runner } from './runner.js';
import { SqliteFiles } from './sqlite/files.js';
import type { ReadModelsStatus } from './status.js';

export type { CaseloadHeadline, CaseloadRow } from './caseload/view.js';
export { checkReadModels, NotComparable, type ViewsCompared } from './check/check.js';
export { inspectReadModels, type ViewsReport } from './check/inspect.js';
export type { ConsultReasonView, ConsultView } from './consults/queries.js';
export { HUDDLE_CLASSES } from './day/huddle.js';
export { PastDate } from './day/moment.js';
export { MORNING_CLASSES } from './day/morning.js';
export { OUTREACH_CLASSES } from './day/outreach.js';
export { LACKS } from './day/records.js';
export { URGENT_CLASSES } from './day/evening.js';
export type { EpisodeView } from './episodes/queries.js';
export { explainFollowUp, openingOf, type FollowUpExplained } from './follow-ups/explain.js';
export type { FollowUpView } from './follow-ups/queries.js';
export type { InboxView } from './inbox/queries.js';
export { BadCursor, LONGEST_PAGE, type Page } from './page.js';
export type { PatientView } from './patients/queries.js';
export type { Queries } from './queries.js';
export type { ReferralView } from './referrals/queries.js';
export { DatabaseAway, isWithoutViews, UnusableDatabase, ViewsAway, ViewsRebuilding } from './failures.js';
export type { ReadModelsStatus } from './status.js';
export { tellScores, type ScoreView } from './scores/queries.js';
export { tellTimeline, type TimelineEntry } from './timeline/tell-timeline.js';
export { sentenceOf } from './words/acts.js';
export { classOf, WORKLIST_CLASSES, type WorklistClass } from './words/classes.js';
export { amount, figure } from './words/amounts.js';
export { titleOf, whatCloses, whatSupersedes, whyItExists } from './words/follow-ups.js';
export { parametersIn, spelledOut } from './words/placeholders.js';
export { RULES } from './words/rules.js';
export { namedTogether, ROLE_WORDS } from './words/roles.js';
export type { Chip } from './worklist/chips.js';
export type { WorklistRow } from './worklist/rows.js';

export interface ReadModelsOptions extends Whereabouts {
  readonly store: EventStore;
  readonly codec: Pick<Codec<Unreadable>, 'read'>;
  readonly clock: { now(): Date };
  /** Whether something that is due waits for its turn in this process: then the views take theirs more rarely. */
  readonly isUrgentElsewhere?: (() => boolean) | undefined;
  /** Around each batch that is taken in. */
  readonly around?: ((events: readonly StoredEvent[], work: () => Promise<void>) => Promise<void>) | undefined;
}

/** The views of the log: derived, always rebuildable, never written by anybody but the projector. */
export interface ReadModels {
  /**
   * Opens the views and begins to follow the log. Resolves as soon as queries can be asked, which may be before all is in; when the
   * database is away, at once, and opening goes on. @throws UnusableDatabase
   */
  start(): Promise<void>;
  /** A batch in progress is finished first. */
  stop(): Promise<void>;
  readonly queries: Queries;
  /** Whether the write at this position is in the rows that queries see, waiting for it at most so long. */
  waitFor(position: string, timeoutMs: number): Promise<boolean>;
  status(): Promise<ReadModelsStatus>;
  /** Tries the events again that were set aside; also done at every start. */
  replayParked(): Promise<{ replayed: number; parked: number }>;
  /** Builds all views from the first event beside the old ones while those answer; resolves when they took over. */
  rebuild(): Promise<void>;
}

/** Views that another process keeps, as far as they are read. */
export type WatchedReadModels = Pick<ReadModels, 'start' | 'stop' | 'queries' | 'waitFor' | 'status'>;

/** @throws UnusableDatabase unless `database` is an address of PostgreSQL */
export function watchReadModels({
  database,
  ...options
}: Pick<ReadModelsOptions, 'database' | 'store' | 'clock'>): WatchedReadModels {
  const onlooker = new Onlooker(placeOfOthers(database), { ...options, projections: PROJECTIONS });
  return {
    start: () => onlooker.start(),
    stop: () => onlooker.stop(),
    queries: queriesOver(onlooker, options.clock),
    waitFor: (position, timeoutMs) => onlooker.waitFor(position, timeoutMs),
    status: () => onlooker.status(),
  };
}

/** @throws UnusableDatabase when `database` is no address of PostgreSQL */
export function openReadModels({ file, database, ...options }: ReadModelsOptions): ReadModels {
  const runner = new Runner(placeFor({ file, database }), { ...options, projections: PROJECTIONS });
  return {
    start: async () => {
      await runner.start();
      // Files from before the views moved are kept up by nobody: whoever is erased from now on would stay in them.
      if (database) await new SqliteFiles(file).removeAll();
    },
    stop: () => runner.stop(),
    queries: queriesOver(runner, options.clock),
    waitFor: (position, timeoutMs) => runner.waitFor(position, timeoutMs),
    status: () => runner.status(),
    replayParked: () => runner.replayParked(),
    rebuild: () => runner.rebuild(),
  };
}
