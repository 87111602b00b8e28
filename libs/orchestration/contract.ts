/**
 * All that workflow code may import: names, and the shapes of what crosses the border between a workflow and its activities.
 * This file imports nothing. Nothing personal may be added here: Temporal shows it to everybody with access to its UI.
 */

/** The one task queue on which episodes and their census run. */
export const TASK_QUEUE = 'episodes';

export const EPISODE_WORKFLOW = 'episodeWorkflow';
export const CENSUS_WORKFLOW = 'censusWorkflow';
/** The nightly census is a Temporal schedule with this id. */
export const CENSUS_SCHEDULE_ID = 'nightly-census';

/** Signal with a `Poke`: the episode's stream has reached a revision. */
export const CHANGED_SIGNAL = 'episodeChanged';
/** Query: the plan the workflow sleeps on. For operators; screens read the read models. */
export const STATUS_QUERY = 'status';
/** Update: look again now, and answer the plan that comes of it. */
export const RECONCILE_UPDATE = 'reconcile';

/** The search attributes a running episode publishes. */
export const EPISODE_PHASE_ATTRIBUTE = 'EpisodePhase';
export const NEXT_FOLLOW_UP_ATTRIBUTE = 'NextFollowUp';
export const NEXT_DUE_AT_ATTRIBUTE = 'NextDueAt';

/** A workflow is addressed by id, never looked up through visibility. */
export const episodeWorkflowId = (episodeId: string): string => `episode-${episodeId}`;

/** What a sleeping workflow needs to know about its episode. */
export interface Plan {
  revision: number;
  phase: string;
  /** Ended and nothing owed: the workflow may end too. */
  closed: boolean;
  /** `waitMs` is in real milliseconds and relative: only the door's clock says what is due, and it may run faster (a demo). */
  next?: { kind: string; waitMs: number };
  /** Whether the search attributes were verified in this namespace; an unverified one would block every workflow task. */
  publish: boolean;
}

export interface Poke {
  revision: number;
  /** Look even if the plan is newer: a mass poke after a deploy, a new policy, or a log restored to an older revision. */
  again?: boolean;
}

export interface EpisodeArgs {
  episodeId: string;
  /** The highest revision anybody told us about: a hint, never a gate. */
  hint?: number;
}

export interface EpisodeActivities {
  /** Raises and derives what is due, then says how long to sleep. Idempotent; reads at least `minRevision` if the store has it. */
  settle(input: { episodeId: string; minRevision: number }): Promise<Plan>;
}

/** What a census has counted so far. */
export interface CensusTally {
  looked: number;
  running: number;
  /** Open episodes without a running workflow, each of which was poked. */
  poked: number;
  /** Pokes or looks that failed; the next census tries them again. */
  failed: number;
}

export interface CensusArgs {
  /** Continue after this episode id; absent at the start of a census. */
  after?: string;
  tally?: CensusTally;
  pageSize?: number;
}

export interface CensusPage extends CensusTally {
  /** Where the next page begins; absent after the last one. */
  next?: string;
}

export interface CensusActivities {
  /** Compares one page of open episodes with the running workflows and pokes what is missing. Idempotent. */
  censusPage(input: { after?: string; limit: number }): Promise<CensusPage>;
}
