import {
  dueRaise,
  foldLedger,
  FOLLOW_UP_EVENT_TYPES,
  nextDue,
  type DueStep,
  type Ledger,
  type LedgerEntry,
  type Unreadable,
} from '#care';
import type { Codec, StoredEvent } from '#event-store';
import type { Folded } from './stream-fold.js';

const TYPES: ReadonlySet<string> = new Set(FOLLOW_UP_EVENT_TYPES);

/**
 * The ledger of an episode as the wakers read it: from follow-up events alone, without any key, and without stopping at anything. What
 * cannot be read leaves out itself, never the others (decision 6). Links are not verified here: a damaged event must not silence a
 * patient.
 */
export const foldFollowUps =
  (codec: Pick<Codec<Unreadable>, 'readFacts'>) =>
  ({ value }: Folded<Ledger>, events: readonly StoredEvent[]): Ledger =>
    events.reduce((ledger, event) => (TYPES.has(event.type) ? takenIn(ledger, event, codec) : ledger), value);

function takenIn(ledger: Ledger, event: StoredEvent, codec: Pick<Codec<Unreadable>, 'readFacts'>): Ledger {
  const { type, revision, recordedAt } = event;
  try {
    const facts = readFollowUps(codec)(event);
    const folded = foldLedger(ledger, { type, facts, revision, recordedAt });
    const changed = folded.open.get((facts as { followUpId: string }).followUpId);
    return !changed || isSound(changed) ? folded : ledger;
  } catch {
    return ledger;
  }
}

/**
 * Reads facts as everybody must who wakes or tells people: a follow-up of a schema that is newer than this code adds to what it knows, and
 * its plain facts still say when and whom. After a build was rolled back that is what the newer one has left. @throws UnreadableEvent of others
 */
export const readFollowUps =
  (codec: Pick<Codec<Unreadable>, 'readFacts'>) =>
  (event: StoredEvent): unknown => {
    try {
      return codec.readFacts(event);
    } catch (error) {
      if (TYPES.has(event.type)) return event.body.facts;
      throw error;
    }
  };

/** Whether its steps can be computed at all; only an event that did not fit its schema can make one that fails here. */
function isSound({ steps, repeat, lastStep }: LedgerEntry): boolean {
  const rungs =
    steps.length > 0 && steps.every(({ step, at }) => Number.isSafeInteger(step) && !Number.isNaN(Date.parse(at)));
  return (
    rungs &&
    Number.isSafeInteger(lastStep) &&
    Number.isSafeInteger(repeat.every) &&
    repeat.every >= 1 &&
    (repeat.unit === 'days' || repeat.unit === 'hours')
  );
}

/** A step that is due, with the follow-up it belongs to. */
export interface Due extends DueStep {
  readonly entry: LedgerEntry;
  readonly standsFor: readonly number[];
}

/** What is due now, one collapsed step per follow-up: safety first, then the longest overdue. */
export function dueNow(ledger: Ledger, now: string): readonly Due[] {
  const due = [...ledger.open.values()].flatMap((entry) => {
    const step = ignoringFaults(() => dueRaise(entry, now));
    return step ? [{ ...step, entry }] : [];
  });
  return due.toSorted((a, b) => Number(b.entry.safety) - Number(a.entry.safety) || Date.parse(a.at) - Date.parse(b.at));
}

/** What comes due next of all that is open. */
export function nextOf(
  ledger: Ledger,
): { readonly followUpId: string; readonly kind: string; readonly at: string } | null {
  const steps = [...ledger.open.values()].flatMap((entry) => {
    const next = ignoringFaults(() => nextDue(entry));
    return next ? [{ followUpId: entry.followUpId, kind: entry.kind, at: next.at }] : [];
  });
  return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null;
}

function ignoringFaults<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch {
    return null;
  }
}
