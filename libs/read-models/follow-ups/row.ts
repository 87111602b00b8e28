import { nextDue, type EndedFollowUp, type EpisodeEventType, type LedgerEntry, type Notify } from '#care';
import { flag } from '../rows.js';
import type { Reason } from '../words/follow-ups.js';
import type { Row } from '../writing.js';
import type { Raise } from './schema.js';

export type FollowUpRow = Row<'follow_ups'>;

/** The fact on which it opened, as far as it could be taken in. */
export interface Anchor {
  readonly on: string | null;
  readonly type: EpisodeEventType | null;
}

/** What the ledger does not say and the row keeps. */
interface Beside {
  readonly episodeId: string;
  readonly organisation: string;
  readonly anchor: Anchor;
  readonly raises: readonly Raise[];
  readonly inHandSince: string | null;
}

const DONE_WITH = { ended_at: null, ended_revision: null, by_revision: null, end_reason: null } as const;

export function openRow(
  entry: LedgerEntry,
  { episodeId, organisation, anchor, raises, inHandSince }: Beside,
): FollowUpRow {
  const next = nextDue(entry);
  return {
    episode_id: episodeId,
    follow_up_id: entry.followUpId,
    organisation,
    kind: entry.kind,
    anchor_revision: entry.anchorRevision,
    anchor_on: anchor.on,
    anchor_type: anchor.type,
    due_on: entry.dueOn,
    zone: entry.zone,
    safety: flag(entry.safety),
    opened_at: entry.openedAt,
    owner: entry.owner ?? null,
    about: entry.about ?? null,
    state: 'open',
    first_raised_at: raises[0]?.at ?? null,
    last_raised_at: raises.at(-1)?.at ?? null,
    last_step: entry.lastStep,
    raises: JSON.stringify(raises),
    notified: JSON.stringify([...new Set<Notify>(raises.flatMap((raise) => raise.notify))]),
    next_step: next.step,
    next_at: next.at,
    next_notify: JSON.stringify(next.notify),
    snoozed_until: entry.snoozedUntil ?? null,
    acknowledged_by: entry.acknowledgedBy ?? null,
    in_hand_since: inHandSince,
    ...DONE_WITH,
    entry: JSON.stringify(entry),
  };
}

export const endedRow = (ended: EndedFollowUp, beside: Beside): FollowUpRow => ({
  ...openRow(ended.entry, beside),
  state: ended.how,
  ended_at: ended.recordedAt,
  ended_revision: ended.revision,
  by_revision: ended.byRevision,
  end_reason: ended.reason ?? null,
});

export const entryOf = (row: { entry: string }): LedgerEntry => JSON.parse(row.entry) as LedgerEntry;

/** What its sentence is made of. */
export const reasonOf = (row: FollowUpRow, scale: string | null, entry: LedgerEntry = entryOf(row)): Reason => ({
  kind: row.kind,
  anchorOn: row.anchor_on,
  anchorType: row.anchor_type,
  dueOn: row.due_on,
  about: row.about,
  numbers: entry.numbers ?? null,
  ended: row.state !== 'open',
  scale,
});

/** The raises so far, with the one that the entry now names. */
export function raisesAfter(raises: readonly Raise[], entry: LedgerEntry): readonly Raise[] {
  const last = entry.raisedLast;
  if (!last || raises.some((raise) => raise.step === last.step)) return raises;
  return [...raises, { step: last.step, at: last.at, recordedAt: last.recordedAt, notify: last.notify }];
}
