import type { LedgerRules, OpenFollowUp, OpenLedger } from '../ports.js';

/** Follow-ups with a list of instants, the last of which repeats weekly: as much of the ledger as followers see. */
interface Entry extends OpenFollowUp {
  readonly at: readonly string[];
  readonly raised: number;
}

const WEEK = 7 * 86_400_000;

export const fakeLedger: LedgerRules = {
  empty: { open: new Map() },
  fold(ledger, { type, facts, recordedAt }): OpenLedger {
    const { followUpId, ...rest } = facts as {
      followUpId: string;
      kind: string;
      safety: boolean;
      at: string[];
      step: number;
    };
    const open = new Map(ledger.open) as Map<string, Entry>;
    const entry = open.get(followUpId);
    if (type === 'FollowUpOpened') open.set(followUpId, { ...rest, followUpId, openedAt: recordedAt, raised: 0 });
    else if (type === 'FollowUpRaised' && entry) open.set(followUpId, { ...entry, raised: rest.step });
    else if (type === 'FollowUpFulfilled') open.delete(followUpId);
    return { open };
  },
  nextDue(entry): { step: number; at: string } {
    const { at, raised } = entry as Entry;
    const last = Date.parse(at.at(-1) ?? '');
    return { step: raised + 1, at: at[raised] ?? new Date(last + (raised + 1 - at.length) * WEEK).toISOString() };
  },
};
