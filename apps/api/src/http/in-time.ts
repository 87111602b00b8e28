/** No answer in time. */
export class Late extends Error {
  override readonly name = 'Late';
}

/** The answer, for whoever cannot wait for one that may be a minute away. @throws Late */
export async function inTime<T>(millis: number, answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, millis, new Late(`no answer within ${millis} ms`));
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
