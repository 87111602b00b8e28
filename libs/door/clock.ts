import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { Clock } from './port.js';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  realMillisUntil: (instant) => Math.max(0, instant.getTime() - Date.now()),
};

export interface FixedClock extends Clock {
  set(instant: Date | string): void;
  /** Moves on by so many milliseconds. */
  advance(millis: number): void;
}

/** A clock that stands still until it is set; what lies ahead never comes by itself. */
export function fixedClock(start: Date | string): FixedClock {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    realMillisUntil: (instant) => (instant.getTime() <= at ? 0 : Infinity),
    set: (instant) => void (at = new Date(instant).getTime()),
    advance: (millis) => void (at += millis),
  };
}

export interface ScaledClockOptions {
  /** Real milliseconds that a day of this clock lasts. */
  readonly realMsPerDay: number;
  readonly startInstant: Date | string;
  /** Keeps the time over restarts. */
  readonly stateFile?: string;
}

export interface ScaledClock extends Clock {
  /** Moves on to this instant if it lies ahead: a log must not know more than its clock. */
  catchUpWith(instant: Date | string): void;
  /** Keeps the time and stops. */
  close(): void;
}

const DAY_MS = 86_400_000;
const KEEP_EVERY_MS = 1_000;

/** For demos: days pass in seconds. It stands still while the process is down, and never goes back. */
export function scaledClock({ realMsPerDay, startInstant, stateFile }: ScaledClockOptions): ScaledClock {
  const pace = DAY_MS / realMsPerDay;
  const kept = stateFile === undefined ? null : readKept(stateFile);
  let base = Math.max(kept ?? -Infinity, new Date(startInstant).getTime());
  let since = performance.now();
  const now = (): number => base + (performance.now() - since) * pace;
  const keep = (): void => {
    try {
      if (stateFile !== undefined) writeKept(stateFile, now());
    } catch {
      // A full disk ends no demo: after a restart the log says how late it is at least.
    }
  };
  const timer = setInterval(keep, KEEP_EVERY_MS);
  timer.unref();
  return {
    now: () => new Date(now()),
    realMillisUntil: (instant) => Math.max(0, (instant.getTime() - now()) / pace),
    catchUpWith(instant) {
      base = Math.max(now(), new Date(instant).getTime());
      since = performance.now();
    },
    close() {
      clearInterval(timer);
      keep();
    },
  };
}

/** Null when there is none, or none that can be read: then the log says how late it is at least. */
function readKept(file: string): number | null {
  try {
    const at = Date.parse(readFileSync(file, 'utf8').trim());
    return Number.isNaN(at) ? null : at;
  } catch {
    return null;
  }
}

/** Whole or not at all. */
function writeKept(file: string, at: number): void {
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, `${new Date(at).toISOString()}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
