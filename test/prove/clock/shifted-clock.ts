import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compilePreload } from '../field/preload.js';

/** For so long what was shown before a change may still be on its way into the log, and to whoever reads it there. */
const LINGERS_MS = 1_000;

/**
 * The clock of one process: it shows the machine’s time and so much more, which can be changed while the process runs. What runs by the
 * monotonic clock (timers, waits) goes on undisturbed, as when somebody sets the time.
 */
export class ShiftedClock {
  private shift = 0;
  private before = { shift: -Infinity, until: 0 };
  private readonly file: string;
  private readonly library: string;

  /** @throws when there is no C compiler */
  constructor(folder: string, shiftMs: number) {
    this.file = join(folder, 'clock.shift');
    this.library = join(folder, 'shifted.so');
    compilePreload('test/prove/clock/shifted.c', this.library);
    closeSync(openSync(this.file, 'w'));
    this.shiftBy(shiftMs);
  }

  now(): number {
    return Date.now() + this.shift;
  }

  /** The latest time that it shows, or showed a moment ago. */
  shownAtMost(): number {
    const lingers = performance.now() < this.before.until;
    return Date.now() + (lingers ? Math.max(this.shift, this.before.shift) : this.shift);
  }

  /** So many milliseconds ahead of the machine, at once. */
  shiftBy(ms: number): void {
    this.before = { shift: this.shift, until: performance.now() + LINGERS_MS };
    this.shift = Math.round(ms);
    const file = openSync(this.file, 'r+');
    writeSync(file, BigInt64Array.of(BigInt(this.shift)));
    closeSync(file);
  }

  /** Sets it to this instant. */
  set(instant: number): void {
    this.shiftBy(instant - Date.now());
  }

  /** For the process that is to live by it. */
  get env(): NodeJS.ProcessEnv {
    return { LD_PRELOAD: this.library, CLOCK_SHIFT: this.file };
  }
}
