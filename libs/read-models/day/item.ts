import { compareInstants } from '#care';
import { toItem, type FoundItem, type WorklistItem } from '../worklist/item.js';
import type { Moment } from './moment.js';

/** An open follow-up, raised or not, with what a day's list needs of it. */
export interface DayItem extends WorklistItem {
  /** A step was raised, or will have been at the moment of the list. */
  readonly raised: boolean;
  /** When somebody last took it in hand by name. */
  readonly inHandSince: string | null;
  /** The words of its rungs, which say when a letter goes out. */
  readonly rungs: readonly { readonly step: number; readonly at: string; readonly note: string | null }[];
  readonly lastStep: number;
}

/** A follow-up of which no step was raised yet. */
export type FoundDayItem = Omit<FoundItem, 'first_raised_at'> & { first_raised_at: string | null };

export function toDayItem(row: FoundDayItem, moment: Moment): DayItem {
  const { steps } = JSON.parse(row.entry) as { steps: readonly { step: number; at: string; note?: string }[] };
  return {
    ...toItem({ ...row, first_raised_at: row.first_raised_at ?? row.opened_at }),
    raised: row.first_raised_at !== null || compareInstants(row.next_at, moment.now(row.zone)) <= 0,
    inHandSince: row.in_hand_since,
    rungs: steps.map(({ step, at, note = null }) => ({ step, at, note })),
    lastStep: row.last_step,
  };
}
