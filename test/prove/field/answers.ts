import type { Client } from './client.js';

/** Milliseconds that people waited for an answer which came at the first try, and how often none did. */
export interface Answers {
  readonly count: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly unanswered: number;
}

export function answers({ answerMs, unanswered }: Pick<Client, 'answerMs' | 'unanswered'>): Answers {
  const sorted = answerMs.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return { count: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1), unanswered };
}

/** Whether somebody asked, and everybody was answered at the first try within so long. */
export const areServed = ({ count, unanswered, maxMs }: Answers, withinMs: number): boolean =>
  count > 0 && unanswered === 0 && maxMs <= withinMs;
