/** What the background has done since it started: plain numbers, for readiness, metrics and tests. */
export const newCounters = () => ({
  /** Looks by the workflows' activity, and what they raised. */
  workflowSettles: 0,
  workflowRaises: 0,
  /** Looks by the watchdog, and what it raised; `heals` are raises made although Temporal was up. */
  watchdogSettles: 0,
  watchdogRaises: 0,
  heals: 0,
  /** Steps that were due in the index and for which a look raised nothing. */
  disagreements: 0,
  /** Looks that ended on an older revision than somebody had told us about. */
  behindHint: 0,
  /** Looks that were still changing something after the last permitted round. */
  unsettled: 0,
  /** Looks by the workflows' activity that failed though the record was there: a defect, or a damaged record. */
  settlesFailed: 0,
  /** Derivations that were refused: newer rules, a lost key. */
  derivationsRefused: 0,
  pokes: 0,
  pokesSetAside: 0,
  censusPokes: 0,
  reactions: 0,
  reactionsRefused: 0,
  reactionsFailed: 0,
  /** Events whose facts could not be read; they silence nobody. */
  unreadable: 0,
  rewinds: 0,
  followerFailures: 0,
});
export type Counters = ReturnType<typeof newCounters>;

/** When each waker last finished a look, or a turn of one, in real time: a silent one is noticed. */
export type Heartbeats = { workflow: Date | null; watchdog: Date | null };
export const newHeartbeats = (): Heartbeats => ({ workflow: null, watchdog: null });
