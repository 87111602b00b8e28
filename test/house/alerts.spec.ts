import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { newCounters } from '#orchestration';
import { Metrics } from '../../apps/api/src/metrics/metrics.js';
import { readinessReadings } from '../../apps/api/src/metrics/readiness-readings.js';
import { backgroundReadings } from '../../apps/worker/src/readings.js';

const NOW = '2026-03-02T15:00:00.000Z';

/** Everything that a whole process tells. */
async function told(): Promise<string> {
  const metrics = new Metrics();
  metrics.appended('appended', 0);
  metrics.raised('system:workflow', [{ lateMs: 0 }]);
  return metrics.text([
    ...readinessReadings({
      ready: true,
      store: 'up',
      readModels: { lag: 0, lagSeconds: 0, parked: 0 },
      temporal: { status: 'up', since: NOW },
      workflows: { lastLook: NOW },
      watchdog: { lastSweep: NOW, heals: 0, healsLastDay: 0 },
      oldestOverdueUnraised: null,
      overdueSeconds: 0,
      clock: { behindLogSeconds: 0, aheadOfTemporalSeconds: 0 },
      keys: { damaged: 0 },
      notices: { waiting: 0, oldestWaiting: null, undelivered: 0, failing: [] },
      shuttingDown: false,
      degraded: [],
    }),
    ...backgroundReadings({
      counters: newCounters(),
      heartbeats: { workflow: null, watchdog: null },
      healsLastDay: 0,
      openFollowUps: 0,
      pokesWaiting: 0,
    }),
  ]);
}

describe('the alerts', () => {
  const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
  const guide = readFileSync('docs/operations/watch.md', 'utf8');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);

  it('ask for metrics that exist', async () => {
    const text = await told();
    const asked = new Set([...rules.matchAll(/followthrough_\w+/g)].map(([name]) => name));
    expect(asked.size).toBeGreaterThan(8);
    for (const name of asked) expect([name, new RegExp(`^${name}[ {]`, 'm').test(text)]).toEqual([name, true]);
  });

  it('each say what to do', () => {
    expect(alerts.length).toBeGreaterThan(8);
    for (const name of alerts) expect([name, guide.includes(`**${name}.**`)]).toEqual([name, true]);
  });

  it('have one for a process that is gone, and with it every number of its own', () => {
    expect(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')).toContain('job_name: followthrough');
    expect(rules).toContain('expr: up{job="followthrough"} == 0');
  });
});
