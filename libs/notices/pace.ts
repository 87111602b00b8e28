import type { MessageKind } from './notice.js';

/** How patient the machine is: real milliseconds but for `lateMs`; nothing of care. */
export interface Pace {
  /** Between two looks at what is to be planned or sent. */
  readonly tickMs: number;
  /** A step raised so much later, by the clinic’s clock, comes after an outage. */
  readonly lateMs: number;
  /** Late safety items to one person within this time go out as one message (fatigue rule 9). */
  readonly gatherMs: number;
  /** Pauses between attempts, before the message goes to the next of the ladder. */
  readonly safetyRetriesMs: readonly number[];
  readonly otherRetriesMs: readonly number[];
  /** Once nobody is left to pass it on to: how often, and how many times more. */
  readonly lastResortMs: number;
  readonly lastResortTimes: number;
}

export const PACE: Pace = {
  tickMs: 500,
  lateMs: 3_600_000,
  gatherMs: 30_000,
  safetyRetriesMs: [5_000, 20_000],
  otherRetriesMs: [60_000, 300_000, 1_800_000],
  lastResortMs: 300_000,
  lastResortTimes: 288,
};

/** The pause after so many attempts that failed; null when it is time for somebody else. */
export function pauseAfter(pace: Pace, kind: MessageKind, tries: number): number | null {
  const pauses = kind === 'safety' ? pace.safetyRetriesMs : pace.otherRetriesMs;
  return pauses[tries - 1] ?? null;
}
