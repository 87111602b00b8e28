import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';
import { Metrics, type Reading } from './metrics.js';

let raises = 3;
const readings = (): Reading[] => [
  { name: 'raises_total', help: 'Raises.', kind: 'counter', labels: { waker: 'workflow' }, value: raises },
  { name: 'raises_total', help: 'Raises.', kind: 'counter', labels: { waker: 'watchdog' }, value: 1 },
  { name: 'open_follow_ups', help: 'Open.', kind: 'gauge', value: 7 },
];
const metrics = new Metrics();
let house: House;

beforeAll(async () => {
  house = await openHouse({ metrics, readings });
});
afterAll(() => house.close());

const scrape = async (): Promise<string> => (await house.ask(null, 'GET', '/metrics')).body;
const valueOf = (text: string, series: string): number | null => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
};

describe('/metrics', () => {
  it('tells what the process keeps, as Prometheus text', async () => {
    const answer = await house.ask(null, 'GET', '/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = answer.body;
    expect(valueOf(text, 'followthrough_store_up')).toBe(1);
    expect(valueOf(text, 'followthrough_temporal_up')).toBe(0);
    expect(valueOf(text, 'followthrough_open_follow_ups')).toBe(7);
    expect(valueOf(text, 'followthrough_raises_total{waker="workflow"}')).toBe(3);
    expect(valueOf(text, 'followthrough_raises_total{waker="watchdog"}')).toBe(1);
    expect(valueOf(text, 'followthrough_overdue_unraised_seconds')).toBe(0);
    expect(valueOf(text, 'followthrough_raise_lateness_seconds_count{waker="watchdog"}')).toBe(0);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('is the same when asked again, and follows what changes', async () => {
    raises = 5;
    house.health.overdue = { since: '2026-03-02T15:00:00.000Z', seconds: 42 };
    house.health.store = false;
    const text = await scrape();
    expect(valueOf(text, 'followthrough_raises_total{waker="workflow"}')).toBe(5);
    expect(valueOf(text, 'followthrough_overdue_unraised_seconds')).toBe(42);
    expect(valueOf(text, 'followthrough_store_up')).toBe(0);
    house.health.overdue = null;
    house.health.store = true;
  });

  it('does not tell of views that are away how far they last were', async () => {
    const { readModels } = house.parts.probes;
    expect(valueOf(await scrape(), 'followthrough_projection_lag_seconds')).toBe(0);
    Object.assign(house.parts.probes, { readModels: async () => null });
    const text = await scrape();
    expect(valueOf(text, 'followthrough_views_up')).toBe(0);
    expect(valueOf(text, 'followthrough_projection_lag_seconds')).toBeNull();
    Object.assign(house.parts.probes, { readModels });
    expect(valueOf(await scrape(), 'followthrough_views_up')).toBe(1);
  });

  it('tells since when a watchdog is silent that has never looked', async () => {
    const { lastSweep } = house.health;
    house.health.lastSweep = () => null;
    expect(valueOf(await scrape(), 'followthrough_watchdog_last_look_timestamp_seconds')).toBeCloseTo(
      performance.timeOrigin / 1000,
      2,
    );
    house.health.lastSweep = lastSweep;
  });

  it('counts appends and lateness', async () => {
    metrics.appended('appended', 0.003);
    metrics.appended('outcome-unknown', 2);
    metrics.raised('system:watchdog', [{ lateMs: 7_000 }, { lateMs: -1 }]);
    const text = await scrape();
    expect(valueOf(text, 'followthrough_append_duration_seconds_count{outcome="appended"}')).toBe(1);
    expect(valueOf(text, 'followthrough_append_duration_seconds_count{outcome="outcome-unknown"}')).toBe(1);
    expect(valueOf(text, 'followthrough_raise_lateness_seconds_bucket{le="1",waker="watchdog"}')).toBe(1);
    expect(valueOf(text, 'followthrough_raise_lateness_seconds_bucket{le="10",waker="watchdog"}')).toBe(2);
  });

  it('never says whom it is about: routes are patterns, and no label holds what was sent', async () => {
    const marked = 'Zq-Canary';
    const { episodeId, patientId } = await house.refer({ patient: { name: `${marked} Example` } });
    await house.ask('care-manager', 'GET', `/v1/episodes/${episodeId}`);
    await house.ask('care-manager', 'GET', `/v1/nowhere/${marked}`);
    await house.ask('care-manager', 'GET', `/v1/caseload?provider=${marked}`);
    const text = await scrape();
    expect(text).toContain('route="/v1/episodes/{id}"');
    expect(text).toContain('route="none",status="404"');
    for (const word of [marked, episodeId, patientId, 'cm-1']) expect(text).not.toContain(word);
  });
});
