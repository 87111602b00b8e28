import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Looks that are remembered: one that waited for its turn does not make a clock wrong, all of them do. */
const LOOKS = 4;

/**
 * How far this machine's clock is ahead of Temporal's (negative: behind), as the tasks tell that it hands out: each says when it was made.
 * A task that is taken before it was made is certain; one that is taken late may have waited, so that the least of several counts.
 */
export class EngineClock {
  private readonly ages: number[] = [];

  /** Milliseconds; null before there were looks enough to tell. */
  aheadMs(): number | null {
    const last = this.ages.at(-1);
    if (last !== undefined && last < 0) return last;
    return this.ages.length < LOOKS ? null : Math.min(...this.ages);
  }

  took(madeAt: number, now = Date.now()): void {
    this.ages.push(now - madeAt);
    if (this.ages.length > LOOKS) this.ages.shift();
  }

  readonly interceptor: ActivityInterceptorsFactory = ({ info }) => {
    this.took(info.currentAttemptScheduledTimestampMs);
    return {};
  };
}
