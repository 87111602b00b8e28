import { TimedOut } from './errors.js';

/** The promise, or TimedOut after so many milliseconds. The client itself waits for ever where a server accepts and does not answer. */
export async function within<T>(millis: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`no answer within ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

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
