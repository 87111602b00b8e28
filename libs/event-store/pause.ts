import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts; never rejects. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  sleep(millis, undefined, { signal }).catch(() => undefined);

/** The first and the longest pause between attempts, ms. */
export interface Backoff {
  readonly firstMillis: number;
  readonly longestMillis: number;
}

/** Of whoever follows a log. */
export const BACKOFF: Backoff = { firstMillis: 100, longestMillis: 15_000 };

/** The pause after so many failures in a row, ms. Jitter over its upper half, so that those who failed together do not come back together. */
export function pauseAfter(failures: number, { firstMillis, longestMillis }: Backoff): number {
  const longest = Math.min(firstMillis * 2 ** Math.min(failures - 1, 30), longestMillis);
  return longest * (0.5 + Math.random() / 2);
}

/** How long whoever gives way to something more urgent rests after a turn, ms: it takes a tenth of the time. */
export const restAfter = (turnMs: number, longestMs: number): number => Math.min(9 * turnMs, longestMs);
