import type { Clock } from '#door';
import type { EventStore } from '#event-store';
import type { HealthProbes } from './probes.js';

/** Holds the clock of a process against the log that others write as well: nothing that they recorded lies in its future, or one of them is wrong. */
export class LogClock {
  /** The latest time of those that stood at the log’s end when somebody looked. */
  private recorded = 0;

  constructor(
    private readonly store: Pick<EventStore, 'head' | 'at'>,
    private readonly clock: Clock,
  ) {}

  /** @throws when the log is away */
  async look(): Promise<void> {
    const head = await this.store.head();
    const newest = head && (await this.store.at(head.position));
    if (newest) this.recorded = Math.max(this.recorded, Date.parse(newest.recordedAt));
  }

  reading(): ReturnType<HealthProbes['clock']> {
    const behind = this.recorded - this.clock.now().getTime();
    return { behindLogSeconds: Math.max(0, behind) / 1000, aheadOfTemporalSeconds: null };
  }
}
