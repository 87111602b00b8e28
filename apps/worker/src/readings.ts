import type { Counters, Heartbeats } from '#orchestration';

/** What an operator asks of both wakers. */
export interface BackgroundStatus {
  readonly counters: Counters;
  readonly heartbeats: Heartbeats;
  /** Raises of the last 24 hours, in this process, that the watchdog made although Temporal was up. */
  readonly healsLastDay: number;
  readonly openFollowUps: number;
  readonly pokesWaiting: number;
}

/** One number of the background as Prometheus names it; structurally what the API's metrics take. */
export interface BackgroundReading {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

type Named = Omit<BackgroundReading, 'kind' | 'value'>;
const LOOKS = 'Looks at an episode, by waker.';
const RAISES = 'Steps raised, by waker.';
const workflow = { waker: 'workflow' };
const watchdog = { waker: 'watchdog' };

/** A counter without a name here does not compile. */
const COUNTERS: Readonly<Record<keyof Counters, Named>> = {
  workflowSettles: { name: 'settles_total', help: LOOKS, labels: workflow },
  watchdogSettles: { name: 'settles_total', help: LOOKS, labels: watchdog },
  workflowRaises: { name: 'raises_total', help: RAISES, labels: workflow },
  watchdogRaises: { name: 'raises_total', help: RAISES, labels: watchdog },
  heals: { name: 'watchdog_heals_total', help: 'Steps that the watchdog raised although Temporal was up.' },
  disagreements: { name: 'watchdog_fruitless_looks_total', help: 'Looks that raised nothing though a step was due.' },
  behindHint: { name: 'looks_behind_total', help: 'Looks that ended on an older revision than was told.' },
  unsettled: { name: 'looks_unsettled_total', help: 'Looks that still changed something after the last round.' },
  settlesFailed: { name: 'settles_failed_total', help: 'Looks by workflows that failed though the record was there.' },
  derivationsRefused: { name: 'derivations_refused_total', help: 'Looks that could not derive what is owed.' },
  pokes: { name: 'pokes_total', help: 'Workflows woken.' },
  pokesSetAside: { name: 'pokes_set_aside_total', help: 'Workflows that could not be woken and wait by themselves.' },
  censusPokes: { name: 'census_pokes_total', help: 'Open episodes that the nightly census found without a workflow.' },
  reactions: { name: 'reactions_total', help: 'Facts passed on to episodes.' },
  reactionsRefused: { name: 'reactions_refused_total', help: 'Facts that an episode did not take.' },
  reactionsFailed: { name: 'reactions_failed_total', help: 'Facts whose passing on failed and is tried again.' },
  unreadable: { name: 'unreadable_events_total', help: 'Events whose facts could not be read.' },
  rewinds: { name: 'log_rewinds_total', help: 'Times the log was found restored or rewound.' },
  followerFailures: { name: 'follower_failures_total', help: 'Failures of whoever follows the log.' },
};

/** What the background has done and what waits, for Prometheus. */
export function backgroundReadings({ counters, openFollowUps, pokesWaiting }: BackgroundStatus): BackgroundReading[] {
  return [
    ...Object.entries(COUNTERS).map(([key, named]) => ({
      ...named,
      kind: 'counter' as const,
      value: counters[key as keyof Counters],
    })),
    { name: 'open_follow_ups', help: 'Follow-ups that are open.', kind: 'gauge', value: openFollowUps },
    { name: 'pokes_waiting', help: 'Workflows still to be woken.', kind: 'gauge', value: pokesWaiting },
  ];
}
