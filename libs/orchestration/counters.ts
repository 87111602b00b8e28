/** What the background has done since it started: plain numbers, for readiness, metrics and tests. */
export interface Counters {
  /** Looks by the workflows' activity, and what they raised. */
  workflowSettles: number;
  workflowRaises: number;
  /** Looks by the watchdog, and what it raised; `heals` are raises made although Temporal was up. */
  watchdogSettles: number;
  watchdogRaises: number;
  heals: number;
  /** Steps that were due in the index and for which a look raised nothing. */
  disagreements: number;
  /** Looks that ended on an older revision than somebody had told us about. */
  behindHint: number;
  /** Looks that were still changing something after the last permitted round. */
  unsettled: number;
  /** Looks by the workflows' activity that failed though the record was there: a defect, or a damaged record. */
  settlesFailed: number;
  /** Derivations that were refused: newer rules, a lost key. */
  derivationsRefused: number;
  pokes: number;
  pokesSetAside: number;
  censusPokes: number;
  reactions: number;
  reactionsRefused: number;
  reactionsFailed: number;
  /** Events whose facts could not be read; they silence nobody. */
  unreadable: number;
  rewinds: number;
  followerFailures: number;
}

export function newCounters(): Counters {
  return {
    workflowSettles: 0,
    workflowRaises: 0,
    watchdogSettles: 0,
    watchdogRaises: 0,
    heals: 0,
    disagreements: 0,
    behindHint: 0,
    unsettled: 0,
    settlesFailed: 0,
    derivationsRefused: 0,
    pokes: 0,
    pokesSetAside: 0,
    censusPokes: 0,
    reactions: 0,
    reactionsRefused: 0,
    reactionsFailed: 0,
    unreadable: 0,
    rewinds: 0,
    followerFailures: 0,
  };
}

/** When each waker last finished a look, or a turn of one, in real time: a silent one is noticed. */
export type Heartbeats = { workflow: Date | null; watchdog: Date | null };
export const newHeartbeats = (): Heartbeats => ({ workflow: null, watchdog: null });
