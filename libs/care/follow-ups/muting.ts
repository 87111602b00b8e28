import { compareInstants, localDate } from '../calendar/index.js';
import type { LocalDate } from '../words.js';
import type { FollowUpKind } from './kinds.js';

/** Why a raised follow-up is kept from people for now. Muting hides rows and notices; raising goes on. */
export type Muting =
  | { readonly because: 'put-off'; readonly until: string }
  | { readonly because: 'appointment-booked'; readonly on: LocalDate }
  | { readonly because: 'in-hospital' };

/** What muting asks of a follow-up. */
export interface Mutable {
  readonly kind: FollowUpKind;
  readonly safety: boolean;
  readonly snoozedUntil: string | null;
  /** How late it may get before the supervisor’s digest names it. */
  readonly ceiling: string;
  readonly zone: string;
}

/** What muting asks of its episode. */
export interface MutingEpisode {
  readonly bookedOn: LocalDate | null;
  /** The patient is in a facility, as far as is known. */
  readonly isInpatient: boolean;
}

const RISK: ReadonlySet<FollowUpKind> = new Set(['risk-reassessment', 'risk-consult']);
const WAITS_FOR_VISIT: ReadonlySet<FollowUpKind> = new Set(['contact', 'reassessment']);

/** Null when it is to be shown (follow-up-rules, "Against alarm fatigue" 4 and 8; G3). Nothing mutes safety. */
export function mutingOf(item: Mutable, episode: MutingEpisode, now: string): Muting | null {
  if (item.safety) return null;
  const { kind, snoozedUntil } = item;
  if (snoozedUntil !== null && compareInstants(now, snoozedUntil) < 0)
    return { because: 'put-off', until: snoozedUntil };
  // A visit is arranged before it would be too late; until its outcome is known, nobody is asked to arrange another.
  if (WAITS_FOR_VISIT.has(kind) && episode.bookedOn && episode.bookedOn <= localDate(item.ceiling, item.zone))
    return { because: 'appointment-booked', on: episode.bookedOn };
  return RISK.has(kind) && episode.isInpatient ? { because: 'in-hospital' } : null;
}

/** The latest of some instants: of the rungs of a ladder and its first raise, how late a follow-up may get. */
export const latestOf = (first: string, others: readonly { readonly at: string }[]): string =>
  others.map(({ at }) => at).reduce((latest, at) => (compareInstants(at, latest) > 0 ? at : latest), first);
