/** How late steps were, in milliseconds of the clock that wrote the log. */
export interface LatenessTable {
  /** Steps raised, or named by a later step that stands for them. */
  readonly steps: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  /** Share of steps at most 60 s late, 0 to 1. */
  readonly within60s: number | null;
  /** Steps more than the grace overdue when somebody ended their follow-up: nobody was told, and nobody needs to be any more. */
  readonly endedUnraised: number;
}

const HEALTHY_MS = 60_000;
const FIRST_ROOM = 1_024;

/** Collects latenesses: eight bytes each, so that the figures are exact for millions. */
export class Latenesses {
  private all = new Float64Array(FIRST_ROOM);
  private count = 0;
  private endedUnraised = 0;

  add(millis: number): void {
    if (this.count === this.all.length) this.all = grown(this.all);
    this.all[this.count] = Math.max(0, millis);
    this.count += 1;
  }

  addEndedUnraised(): void {
    this.endedUnraised += 1;
  }

  table(): LatenessTable {
    const sorted = this.all.slice(0, this.count).sort();
    const steps = sorted.length;
    const { endedUnraised } = this;
    if (steps === 0) return { steps, medianMs: null, p95Ms: null, maxMs: null, within60s: null, endedUnraised };
    const healthy = sorted.findIndex((millis) => millis > HEALTHY_MS);
    return {
      steps,
      medianMs: rank(sorted, 0.5),
      p95Ms: rank(sorted, 0.95),
      maxMs: rank(sorted, 1),
      within60s: (healthy < 0 ? steps : healthy) / steps,
      endedUnraised,
    };
  }
}

/** Nearest rank: always a lateness that occurred. */
const rank = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;

function grown(full: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(full.length * 2);
  larger.set(full);
  return larger;
}
