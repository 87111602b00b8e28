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

/** Collects latenesses so that the figures are exact: healthy ones are counted by the millisecond, a late one takes eight bytes. */
export class Latenesses {
  private readonly healthy = new Uint32Array(HEALTHY_MS + 1);
  private late = new Float64Array(FIRST_ROOM);
  private lateSteps = 0;
  private endedUnraised = 0;

  add(millis: number): void {
    if (millis <= HEALTHY_MS) this.healthy[Math.max(0, millis)]! += 1;
    else this.addLate(millis);
  }

  addEndedUnraised(): void {
    this.endedUnraised += 1;
  }

  table(): LatenessTable {
    const { endedUnraised } = this;
    const healthy = this.healthy.reduce((sum, times) => sum + times, 0);
    const steps = healthy + this.lateSteps;
    if (steps === 0) return { steps, medianMs: null, p95Ms: null, maxMs: null, within60s: null, endedUnraised };
    const late = this.late.slice(0, this.lateSteps).sort();
    /** Nearest rank: always a lateness that occurred. */
    const rank = (share: number): number => {
      const place = Math.max(1, Math.ceil(steps * share));
      return place > healthy ? late[place - healthy - 1]! : nth(this.healthy, place);
    };
    return {
      steps,
      medianMs: rank(0.5),
      p95Ms: rank(0.95),
      maxMs: rank(1),
      within60s: healthy / steps,
      endedUnraised,
    };
  }

  private addLate(millis: number): void {
    if (this.lateSteps === this.late.length) this.late = grown(this.late);
    this.late[this.lateSteps] = millis;
    this.lateSteps += 1;
  }
}

/** The n-th smallest of values that were counted, from 1; `times`: how often each occurred. */
function nth(times: Uint32Array, n: number): number {
  let left = n;
  return times.findIndex((count) => (left -= count) <= 0);
}

function grown(full: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(full.length * 2);
  larger.set(full);
  return larger;
}
