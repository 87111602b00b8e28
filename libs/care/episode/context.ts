import type { SiteCalendar } from '../organisation/events.js';
import type { Pathway } from '../pathway/index.js';

/** What an episode pins: one hash over pathway, calendar and rules version together (decision 8). */
export interface Pin {
  readonly pin: string;
  readonly pathway: string;
  readonly calendar: string;
  readonly rulesVersion: number;
}

/** The pathway and calendar that the door loaded by a pin. */
export interface Policy {
  readonly pin: Pin;
  readonly pathway: Pathway;
  readonly calendar: SiteCalendar;
}

/** What an episode's decider is handed: the policy it has pinned, and the one its site follows today (for a first pin and for Repin). */
export interface EpisodeContext {
  readonly pinned: Policy;
  readonly current: Policy;
}
