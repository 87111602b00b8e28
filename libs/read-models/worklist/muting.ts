import { localDate, type FollowUpKind } from '#care';
import { spoken } from '../words/dates.js';
import type { WorklistItem } from './item.js';

/** An item that is not shown for now, and why. Muting hides rows; raising goes on. */
export interface Muted<T extends WorklistItem = WorklistItem> {
  readonly item: T;
  readonly because: string;
}

const RISK: ReadonlySet<FollowUpKind> = new Set(['risk-reassessment', 'risk-consult']);
const WAITS_FOR_VISIT: ReadonlySet<FollowUpKind> = new Set(['contact', 'reassessment']);

/** Splits the items of one episode into those shown and those muted (follow-up-rules, "Against alarm fatigue" 4 and 8; G3). */
export function mute<T extends WorklistItem>(items: readonly T[], now: string): { shown: T[]; muted: Muted<T>[] } {
  const shown: T[] = [];
  const muted: Muted<T>[] = [];
  for (const item of items) {
    const because = item.safety
      ? null
      : (snoozed(item, now) ?? overtaken(item, items) ?? booked(item) ?? inpatient(item));
    if (because === null) shown.push(item);
    else muted.push({ item, because });
  }
  return { shown, muted };
}

const snoozed = ({ snoozedUntil, zone }: WorklistItem, now: string): string | null =>
  snoozedUntil !== null && now < snoozedUntil ? `put off until ${spoken(localDate(snoozedUntil, zone))}` : null;

/** One chase at a time. */
const overtaken = ({ kind }: WorklistItem, items: readonly WorklistItem[]): string | null =>
  kind === 'contact' && items.some((one) => one.kind === 'no-contact')
    ? 'the search for a patient without contact has taken over'
    : null;

/** A visit is arranged before it would be too late; until its outcome is known, nobody is asked to arrange another. */
function booked({ kind, ceiling, zone, episode }: WorklistItem): string | null {
  if (!WAITS_FOR_VISIT.has(kind) || !episode?.bookedOn) return null;
  return episode.bookedOn <= localDate(ceiling, zone)
    ? `an appointment is booked for ${spoken(episode.bookedOn)}`
    : null;
}

const inpatient = ({ kind, episode }: WorklistItem): string | null =>
  RISK.has(kind) && episode?.isInpatient ? 'the patient is in hospital' : null;
