import { emptyLedger, foldLedger, type LedgerEntry, type LedgerEvent } from '#care';

/** What is open of an episode, by id. */
export type OpenFollowUps = ReadonlyMap<string, LedgerEntry>;

export const NONE_OPEN: OpenFollowUps = new Map();

/** What is open after this event, by the domain's own fold. */
export function foldOpen(before: OpenFollowUps, event: LedgerEvent): OpenFollowUps {
  const { open } = foldLedger({ ...emptyLedger, open: before }, event);
  if (open === before) return before;
  if (open.size === 0) return NONE_OPEN;
  return new Map(open.entries().map(([id, entry]) => [id, entry === before.get(id) ? entry : ahead(entry)]));
}

/** The entry with what says when its next steps are due, and no more: of a large log every open one is in memory. */
function ahead(entry: LedgerEntry): LedgerEntry {
  const { steps, lastStep, followUpId, kind, anchorRevision, dueOn, zone, safety, repeat } = entry;
  const { openedRevision, openedAt, acknowledgedBy, snoozes } = entry;
  // Facts of a newer schema are not checked; what cannot be read stays, and is told when its next step is asked for.
  if (!Array.isArray(steps) || steps.some((rung) => typeof rung?.step !== 'number')) return entry;
  return {
    ...{ followUpId, kind, anchorRevision, dueOn, zone, safety, repeat, openedRevision, openedAt, lastStep, snoozes },
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ladder: NOTHING,
    // From the last one the repetitions are counted.
    steps: steps
      .filter(({ step }, i) => step > lastStep || i === steps.length - 1)
      .map(({ step, at, unlessAcknowledged }) => ({
        ...{ step, at, notify: NOTHING },
        ...(unlessAcknowledged === undefined ? {} : { unlessAcknowledged }),
      })),
  };
}

const NOTHING: never[] = [];
