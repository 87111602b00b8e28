import type { Outcome } from '../attack.js';
import type { Client } from './client.js';
import { compareWithLog, lateness, tellFollowUps, type Verified } from './judge.js';

export interface Case {
  /** Where the log stands that is judged. */
  readonly dataDir: string;
  readonly client: Pick<Client, 'acknowledged' | 'contradictions'>;
  readonly now: number;
  readonly withinMs: number;
  /** What `followthrough verify` says. */
  readonly verdict: Verified;
  /** How often a process of the product ended by itself after it had been ready. */
  readonly crashes: number;
  /** Told before the counts. */
  readonly more: Readonly<Record<string, unknown>>;
  /** Lateness is told, and counts, of what was opened after this position of the log. */
  readonly latenessAfter?: number;
}

/** What became of it all. Holds when nothing acknowledged is lost, every step was raised once, not early, in time, and no process ended by itself. */
export function outcomeOf(one: Case): Outcome {
  const { dataDir, now, withinMs, verdict, crashes, more, latenessAfter = 0 } = one;
  const { acknowledged, contradictions } = one.client;
  const { due, missed, doubled, early, byWaker } = tellFollowUps(dataDir, now);
  const { latenessMs } = tellFollowUps(dataDir, now, latenessAfter);
  const { lost, twice } = compareWithLog(dataDir, acknowledged);
  const late = latenessMs.filter((ms) => ms > withinMs).length;
  const counts = { lost, twice, contradictions: contradictions.length, missed, doubled, early, late, crashes };
  return {
    holds: !verdict.wrong && Object.values(counts).every((n) => n === 0) && due > 0,
    figure: {
      ...more,
      acknowledged: acknowledged.length,
      ...counts,
      due,
      lateness: lateness(latenessMs),
      byWaker,
      verify: verdict.wrong ? verdict.said.problems.slice(0, 3) : 'nothing wrong',
    },
  };
}
