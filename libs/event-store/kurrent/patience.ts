import { TimedOut, within } from '../within.js';

/** Everything an iterable gives; each item may take so many milliseconds. What is then still to come is handed over. */
export async function collect<T>(
  millis: number,
  items: AsyncIterable<T>,
  givenUp: (answer: Promise<unknown>) => void,
): Promise<T[]> {
  const iterator = items[Symbol.asyncIterator]();
  const found: T[] = [];
  for (;;) {
    const answer = iterator.next();
    const next = await within(millis, answer).catch((error: unknown) => {
      if (error instanceof TimedOut) givenUp(answer);
      throw error;
    });
    if (next.done) return found;
    found.push(next.value);
  }
}
