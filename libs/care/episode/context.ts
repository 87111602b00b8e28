import type { SiteCalendar } from '../organisation/events.js';
import type { Pathway } from '../pathway/index.js';

/**
 * What an episode pins: one hash over pathway, calendar and rules version together (decision 8). `pathway`, `clinical` and `safety`
 * name pathways that the organisation adopted, by hash; the last two are absent when they are those of `pathway`.
 */
export interface Pin {
  readonly pin: string;
  readonly pathway: string;
  readonly clinical?: string | undefined;
  readonly safety?: string | undefined;
  readonly calendar: string;
  readonly rulesVersion: number;
}

/** The pathway and calendar that the door loaded by a pin. */
export interface Policy {
  readonly pin: Pin;
  readonly pathway: Pathway;
  readonly calendar: SiteCalendar;
}

/** What an episode's decider is handed: the policy it has pinned, the one its site follows today, and where a repin would take it. */
export interface EpisodeContext {
  readonly pinned: Policy;
  /** For the first pin of an episode. */
  readonly current: Policy;
  /** As pinned, with what reaches a running episode at once: today's safety, calendar and rules version. */
  readonly atOnce: Policy;
  /** As `atOnce`, with today's clinical numbers: for an episode that enters another phase. */
  readonly atPhase: Policy;
}
