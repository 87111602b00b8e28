import type { Readiness } from '../health/readiness.js';
import type { Reading } from './metrics.js';

const gauge = (name: string, help: string, value: number | null | undefined): Reading[] =>
  value === null || value === undefined ? [] : [{ name, help, kind: 'gauge', value }];

const secondsOf = (instant: string | null | undefined): number | null => (instant ? Date.parse(instant) / 1000 : null);

/** A watchdog that has never looked is silent since then. */
const STARTED = performance.timeOrigin / 1000;

/** What `/health/ready` says, as numbers. What is not in this process, or not known, is left out. */
export function readinessReadings(readiness: Readiness): Reading[] {
  const { ready, store, readModels, temporal, workflows, watchdog, overdueSeconds, clock, keys, notices } = readiness;
  return [
    ...gauge('ready', '1 while this process can serve.', Number(ready)),
    ...gauge('store_up', '1 while the event log can be read and written.', Number(store === 'up')),
    ...gauge('views_up', '1 while the views can be read and follow the log.', Number(readModels !== null)),
    ...gauge('projection_lag_events', 'Events that the views have not taken in.', readModels?.lag),
    ...gauge(
      'projection_lag_seconds',
      'Age of the oldest event that the views have not taken in.',
      readModels?.lagSeconds,
    ),
    ...gauge('projection_parked_events', 'Events that the views had to set aside.', readModels?.parked),
    ...gauge('temporal_up', '1 while Temporal is reached.', temporal && Number(temporal.status === 'up')),
    ...gauge('workflow_last_look_timestamp_seconds', 'When a workflow last looked.', secondsOf(workflows?.lastLook)),
    ...gauge(
      'watchdog_last_look_timestamp_seconds',
      'When the watchdog last looked; before its first look, when the process began.',
      watchdog && (secondsOf(watchdog.lastSweep) ?? STARTED),
    ),
    ...gauge(
      'watchdog_heals_last_day',
      'Raises of the last 24 hours that Temporal should have made.',
      watchdog?.healsLastDay,
    ),
    ...gauge(
      'overdue_unraised_seconds',
      'How long the oldest step that is due waits to be raised; 0 when none does.',
      watchdog && overdueSeconds,
    ),
    ...gauge('clock_behind_log_seconds', 'The log has recorded a time so far ahead.', clock?.behindLogSeconds),
    ...gauge(
      'clock_ahead_of_temporal_seconds',
      'How far this clock is ahead of Temporal’s; negative when behind.',
      clock?.aheadOfTemporalSeconds,
    ),
    ...gauge('keys_damaged', 'Keys of patients that cannot be used.', keys?.damaged),
    ...gauge('notices_waiting', 'Notices on their way to somebody.', notices?.waiting),
    ...gauge('notices_undelivered', 'Notices that reached nobody.', notices?.undelivered),
    ...gauge('notice_channels_failing', 'Channels whose last attempt failed.', notices?.failing.length),
  ];
}
