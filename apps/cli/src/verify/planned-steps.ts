import { nextDue, type DueStep, type LedgerEntry } from '#care';

/** A safety step repeats six times a day: this is more than nine years of silence. */
const MOST_STEPS = 20_000;

/** The steps a follow-up has planned, from the next one up to number `step`, in order; null when that is out of all reason. */
export function plannedSteps(entry: LedgerEntry, step: number): DueStep[] | null {
  const planned: DueStep[] = [];
  let seen = entry;
  while (planned.length < MOST_STEPS) {
    const next = nextDue(seen);
    planned.push(next);
    if (next.step >= step) return planned;
    seen = { ...seen, lastStep: next.step };
  }
  return null;
}
