import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';
import { Readinesses } from './readiness.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const ready = () => house.ask(null, 'GET', '/health/ready');

describe('readiness', () => {
  it('without Temporal is degraded, not unready: the watchdog raises what is due', async () => {
    const answer = await ready();
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      {
        ready: true,
        store: 'up',
        temporal: { status: 'absent' },
        watchdog: { heals: 0 },
        oldestOverdueUnraised: null,
        degraded: ['temporal'],
      },
    ]);
  });

  it('with everything there is not degraded', async () => {
    house.health.temporal = 'up';
    expect((await ready()).json().degraded).toEqual([]);
    house.health.temporal = 'absent';
  });

  it('is degraded while the watchdog is silent', async () => {
    house.health.temporal = 'up';
    const { lastSweep } = house.health;
    house.health.lastSweep = () => new Date(Date.now() - 61_000).toISOString();
    expect((await ready()).json()).toMatchObject({ ready: true, degraded: ['watchdog'] });
    // Before the clock was set back: it says nothing of the present.
    house.health.lastSweep = () => new Date(Date.now() + 61_000).toISOString();
    expect((await ready()).json()).toMatchObject({ ready: true, degraded: ['watchdog'] });
    house.health.lastSweep = () => null;
    expect((await ready()).json().degraded).toEqual([]);
    house.health.lastSweep = lastSweep;
    house.health.temporal = 'absent';
  });

  it('is degraded while a due step waits for more than five minutes', async () => {
    house.health.temporal = 'up';
    const since = '2026-03-02T15:00:00.000Z';
    house.health.overdue = { since, seconds: 300 };
    expect((await ready()).json()).toMatchObject({ degraded: [], oldestOverdueUnraised: since, overdueSeconds: 300 });
    house.health.overdue = { since, seconds: 301 };
    expect((await ready()).json().degraded).toEqual(['overdue']);
    house.health.overdue = null;
    house.health.temporal = 'absent';
  });

  it('is degraded while the clock is behind the log, or apart from Temporal’s', async () => {
    house.health.temporal = 'up';
    const right = { behindLogSeconds: 30, aheadOfTemporalSeconds: -30 };
    house.health.clock = right;
    expect((await ready()).json()).toMatchObject({ degraded: [], clock: right });
    for (const wrong of [{ behindLogSeconds: 31 }, { aheadOfTemporalSeconds: 31 }, { aheadOfTemporalSeconds: -31 }]) {
      house.health.clock = { ...right, ...wrong };
      expect((await ready()).json()).toMatchObject({ ready: true, degraded: ['clock'] });
    }
    house.health.clock = null;
    house.health.temporal = 'absent';
  });

  it('is degraded while keys are damaged', async () => {
    house.health.temporal = 'up';
    house.health.keys = { damaged: 0 };
    expect((await ready()).json()).toMatchObject({ degraded: [], keys: { damaged: 0 } });
    house.health.keys = { damaged: 2 };
    expect((await ready()).json()).toMatchObject({ ready: true, degraded: ['keys'], keys: { damaged: 2 } });
    house.health.keys = null;
    house.health.temporal = 'absent';
  });

  it('is degraded while a channel fails or somebody could not be told', async () => {
    house.health.temporal = 'up';
    const well = { waiting: 2, oldestWaiting: '2026-03-02T15:00:00.000Z', undelivered: 0, failing: [] };
    house.health.notices = well;
    expect((await ready()).json()).toMatchObject({ degraded: [], notices: well });
    for (const ill of [{ failing: ['mail'] }, { undelivered: 1 }]) {
      house.health.notices = { ...well, ...ill };
      expect((await ready()).json()).toMatchObject({ ready: true, degraded: ['notices'], notices: ill });
    }
    house.health.notices = null;
    house.health.temporal = 'absent';
  });

  it('is told also while a part cannot say how it is, which is degraded', async () => {
    const { notices } = house.parts.probes;
    const damaged = (): never => {
      throw new Error('database disk image is malformed');
    };
    Object.assign(house.parts.probes, { notices: damaged });
    const answer = await ready();
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ ready: true, notices: null, degraded: ['temporal', 'notices'] });
    Object.assign(house.parts.probes, { notices });
  });

  it('is 503 while the store is away', async () => {
    house.health.store = false;
    expect([(await ready()).statusCode, (await ready()).json().store]).toEqual([503, 'away']);
    expect((await house.ask(null, 'GET', '/health/live')).statusCode).toBe(200);
    house.health.store = true;
  });

  it('is told within seconds, and so are the metrics, while log and views are silent', async () => {
    const { store, readModels } = house.parts.probes;
    const silent = () => new Promise<never>(() => undefined);
    Object.assign(house.parts.probes, { store: silent, readModels: silent });
    const [answer, metrics] = await Promise.all([ready(), house.ask(null, 'GET', '/metrics')]);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ store: 'away', readModels: null, degraded: ['temporal', 'read-models'] });
    expect(metrics.body).toContain('followthrough_store_up 0');
    Object.assign(house.parts.probes, { store, readModels });
  });

  it('is 503 from the moment of shutting down', async () => {
    const other = await openHouse();
    other.app.get(Readinesses).beforeApplicationShutdown();
    expect((await other.ask(null, 'GET', '/health/ready')).json()).toMatchObject({ ready: false, shuttingDown: true });
    await other.close();
  });
});
