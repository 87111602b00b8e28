import type { Outcome } from '../attack.js';

/** On a slow machine what an attack comes before may have happened already: an attempt then answers null, and has three times as long the next time. */
export async function withMoreTime(attempt: (time: number) => Promise<Outcome | null>, time: number): Promise<Outcome> {
  return (await attempt(time)) ?? withMoreTime(attempt, time * 3);
}
