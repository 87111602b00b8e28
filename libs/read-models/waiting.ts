interface Waiter {
  readonly position: string;
  readonly settle: (reached: boolean) => void;
}

/** Those who wait until the views have taken in what they wrote. */
export class Waiting {
  private readonly waiters = new Set<Waiter>();

  /** True once the position is reached, false when that takes longer or somebody gives up. Positions sort as text. */
  until(position: string, reached: string | null, timeoutMs?: number): Promise<boolean> {
    if (reached !== null && position <= reached) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        settle: (there) => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(there);
        },
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => waiter.settle(false), timeoutMs);
      this.waiters.add(waiter);
    });
  }

  reached(position: string): void {
    for (const waiter of this.waiters) if (waiter.position <= position) waiter.settle(true);
  }

  giveUp(): void {
    for (const waiter of this.waiters) waiter.settle(false);
  }
}
