const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Counts what happened in the last 24 hours of real time, to the hour. It is as young as its process. */
export class LastDay {
  private readonly hours = new Map<number, number>();

  constructor(private readonly now: () => number = Date.now) {}

  add(count: number): void {
    const hour = this.hour();
    this.hours.set(hour, (this.hours.get(hour) ?? 0) + count);
    for (const each of this.hours.keys()) if (each <= hour - HOURS) this.hours.delete(each);
  }

  count(): number {
    const oldest = this.hour() - HOURS;
    return [...this.hours].filter(([hour]) => hour > oldest).reduce((sum, [, count]) => sum + count, 0);
  }

  private hour(): number {
    return Math.floor(this.now() / HOUR_MS);
  }
}
