import { setImmediate } from 'node:timers/promises';
import { VirtualTime } from '../../../workflows/simulation/virtual-time.js';
import type { Clock } from '#door';
import type { Luck } from '../chance.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What went wrong, and how often. */
export type FaultName =
  | 'crash-before-append'
  | 'crash-after-append'
  | 'unknown-before-append'
  | 'unknown-after-append'
  | 'store-away'
  | 'slow-append'
  | 'append-sent-twice'
  | 'command-sent-twice'
  | 'command-sent-again-later'
  | 'id-with-another-request'
  | 'late-delivery'
  | 'late-entry'
  | 'lost-poke'
  | 'doubled-poke'
  | 'late-poke'
  | 'lost-timer'
  | 'late-timer'
  | 'worker-restart'
  | 'clock-forward'
  | 'clock-back'
  | 'conflict';

/** Virtual time in which each happening comes to rest before the next, and a door's clock that may be set wrong. */
export class World extends VirtualTime {
  readonly faults: Partial<Record<FaultName, number>> = {};
  /** How far the door's clock is from true time. */
  skew = 0;
  /** The highest that the door's clock ever showed. */
  highest = 0;
  /** While it is true nothing fails: what was broken must come right. */
  calm = false;
  private failure: Error | null = null;
  private busy = 0;
  private idle: (() => void) | null = null;

  constructor(
    readonly start: number,
    readonly luck: Luck,
    /** Whether anything in it goes on by itself, outside of promises. */
    private readonly waitsForReal = false,
  ) {
    super();
  }

  readonly clock: Clock = {
    now: () => {
      this.highest = Math.max(this.highest, this.doorNow);
      return new Date(this.doorNow);
    },
    realMillisUntil: (instant) => Math.max(0, instant.getTime() - this.doorNow),
  };

  /** Epoch milliseconds on the door's clock. */
  get doorNow(): number {
    return Math.floor(this.start + this.now + this.skew);
  }

  override after(ms: number, run: () => void | Promise<void>): () => void {
    return super.after(ms, async () => {
      // Not awaited: what it begins may take virtual time.
      void this.begin(run);
      await this.rest();
      if (this.failure !== null) throw this.failure;
    });
  }

  private async begin(run: () => void | Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the life: what went wrong is thrown once the present happening has come to rest. */
  fail(cause: unknown): void {
    this.failure ??= cause instanceof Error ? cause : new Error(String(cause));
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Whether this goes wrong now. */
  strikes(fault: FaultName, probability: number): boolean {
    if (this.calm || !this.luck.happens(probability)) return false;
    this.count(fault);
    return true;
  }

  count(fault: FaultName): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  /** Work outside of virtual time (a disk): nothing goes on until it is done. */
  async really<T>(work: Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work;
    } finally {
      this.busy -= 1;
      if (this.busy === 0) this.idle?.();
    }
  }

  private async rest(): Promise<void> {
    await this.turn();
    while (this.busy > 0) {
      await new Promise<void>((resolve) => (this.idle = resolve));
      await this.turn();
    }
  }

  /** Until no promise has anything left to do: a tick comes after all of them, and costs a tenth of a turn of the event loop. */
  private turn(): Promise<void> {
    return this.waitsForReal ? setImmediate() : new Promise((resolve) => process.nextTick(resolve));
  }
}
