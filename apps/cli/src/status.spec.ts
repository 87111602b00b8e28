import { expect, it } from '@jest/globals';
import { table } from './status.js';

const well: Parameters<typeof table>[0] = {
  ready: true,
  store: 'up',
  readModels: { lag: 2, lagSeconds: 0.4, parked: 0 },
  temporal: { status: 'up', since: '2026-03-02T15:00:00.000Z' },
  workflows: { lastLook: '2026-03-02T15:04:00.000Z' },
  watchdog: { lastSweep: '2026-03-02T15:05:00.000Z', heals: 3, healsLastDay: 1 },
  oldestOverdueUnraised: null,
  overdueSeconds: 0,
  clock: { behindLogSeconds: 0, aheadOfTemporalSeconds: 0.02 },
  keys: { damaged: 0 },
  notices: { waiting: 1, oldestWaiting: null, undelivered: 0, failing: [] },
  shuttingDown: false,
  degraded: [],
};

it('says one line for each thing', () => {
  expect(table(well).split('\n')).toEqual([
    'state           ready',
    'event log       up',
    'oldest overdue  none',
    'temporal        up since 2026-03-02T15:00:00.000Z',
    'workflows       last look 2026-03-02T15:04:00.000Z',
    'watchdog        last look 2026-03-02T15:05:00.000Z',
    'heals           1 in the last day, 3 since the start',
    'clock           0 s behind the log, 0 s ahead of Temporal',
    'keys            0 damaged',
    'views           2 events and 0 s behind the log, 0 set aside',
    'notices         1 waiting, 0 undelivered',
  ]);
});

it('says what is wrong', () => {
  const ill = table({
    ...well,
    ready: false,
    store: 'away',
    oldestOverdueUnraised: '2026-03-02T15:00:00.000Z',
    overdueSeconds: 301.4,
    notices: { waiting: 0, oldestWaiting: null, undelivered: 2, failing: ['mail'] },
    keys: { damaged: 2 },
    readModels: null,
    clock: { behindLogSeconds: 7200, aheadOfTemporalSeconds: -90 },
  });
  for (const words of [
    'NOT READY',
    'since 2026-03-02T15:00:00.000Z (301 s)',
    '7200 s behind the log, 90 s behind Temporal',
    '2 damaged',
    '2 undelivered, failing: mail',
    'not known',
  ])
    expect(ill).toContain(words);
});

it('says of an API alone that it does not know what waits', () => {
  const alone = table({ ...well, temporal: null, workflows: null, watchdog: null, notices: null });
  expect(alone).toContain('oldest overdue  not in this process');
});
