import { latestOf, type FollowUpKind, type Notify } from '#care';
import type { Selectable } from 'kysely';
import { entryOf, reasonOf } from '../follow-ups/row.js';
import type { FollowUpsTable } from '../follow-ups/schema.js';
import { list } from '../rows.js';
import type { Reason } from '../words/follow-ups.js';

/** An open follow-up with a raised step, and what the worklist needs to know of its episode. */
export interface WorklistItem {
  readonly episodeId: string;
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  /** What its sentence is made of. */
  readonly reason: Reason;
  readonly dueOn: string;
  /** What the step raised last says of itself, such as `overdue`. */
  readonly note: string | null;
  readonly safety: boolean;
  /** Planned time of its first raised step. */
  readonly since: string;
  /** Every role told so far. */
  readonly notified: readonly Notify[];
  readonly next: { readonly at: string; readonly notify: readonly Notify[] };
  readonly snoozedUntil: string | null;
  readonly acknowledgedBy: string | null;
  readonly owner: string | null;
  /** Time of the last rung of its ladder: how late it may get before the supervisor’s digest names it. */
  readonly ceiling: string;
  readonly zone: string;
  readonly episode: WorklistEpisode | null;
}

/** Null when events of the episode are set aside: the follow-up is shown all the same. */
export interface WorklistEpisode {
  readonly patientId: string;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string;
  readonly phase: string;
  readonly careManager: string | null;
  readonly formerOwner: string | null;
  readonly provider: string | null;
  readonly scale: string | null;
  readonly isInpatient: boolean;
  readonly bookedOn: string | null;
}

export type FoundItem = Selectable<FollowUpsTable> & {
  first_raised_at: string;
  patient_id: string | null;
  name: string | null;
  patient_unreadable: number | null;
  site: string | null;
  phase: string | null;
  care_manager: string | null;
  former_owner: string | null;
  provider: string | null;
  scale: string | null;
  inpatient: number | null;
  booked_on: string | null;
};

export function toItem(row: FoundItem): WorklistItem {
  const entry = entryOf(row);
  const { ladder, steps } = entry;
  return {
    episodeId: row.episode_id,
    followUpId: row.follow_up_id,
    kind: row.kind,
    reason: reasonOf(row, row.scale, entry),
    dueOn: row.due_on,
    // A repetition says what the last rung did; where only the form that it carries on was raised, no rung of this one speaks yet.
    note: steps.findLast(({ step }) => step <= row.last_step)?.note ?? null,
    safety: row.safety === 1,
    since: row.first_raised_at,
    notified: list(row.notified),
    next: { at: row.next_at, notify: list(row.next_notify) },
    snoozedUntil: row.snoozed_until,
    acknowledgedBy: row.acknowledged_by,
    owner: row.owner,
    ceiling: latestOf(row.first_raised_at, ladder),
    zone: row.zone,
    episode: episodeOf(row),
  };
}

function episodeOf(row: FoundItem): WorklistEpisode | null {
  if (row.patient_id === null || row.site === null || row.phase === null) return null;
  return {
    patientId: row.patient_id,
    patientName: row.name,
    unreadable: row.patient_unreadable === 1,
    site: row.site,
    phase: row.phase,
    careManager: row.care_manager,
    formerOwner: row.former_owner,
    provider: row.provider,
    scale: row.scale,
    isInpatient: row.inpatient === 1,
    bookedOn: row.booked_on,
  };
}
