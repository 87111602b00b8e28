/** Waits so many real milliseconds, or until the signal aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** 0.5 s, 1 s, 2 s … up to `most`, with a fifth of jitter, so that a thousand waiters do not come back at once. */
export function backOff(attempt: number, most: number, first = 500): number {
  return Math.round(Math.min(most, first * 2 ** Math.min(attempt, 20)) * (0.8 + 0.4 * Math.random()));
}

/** Repeats `round` until the signal aborts; a round that fails is told and waited out, and never ends the loop. */
export async function untilAborted(
  signal: AbortSignal,
  round: () => Promise<void>,
  tell: (error: Error) => void,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      await round();
      failures = 0;
    } catch (error) {
      tell(error as Error);
      await pause(backOff(failures, 30_000), signal);
      failures += 1;
    }
  }
}

/** Runs `task` for each item, at most `limit` at a time. Stops beginning new ones when the signal aborts. */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  signal: AbortSignal,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !signal.aborted; next = queue.next()) await task(next.value);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
