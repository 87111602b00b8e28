import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';
import { Readinesses } from './readiness.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Only the time of day is moved; what waits goes on waiting in real time. */
const EVERYTHING_BUT_DATE = [
  ...(['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
  ...(['setTimeout', 'clearTimeout', 'hrtime', 'performance'] as const),
];
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

  it('is degraded once the watchdog has not looked for a minute, or never did', async () => {
    const degraded = async () => (await ready()).json().degraded;
    house.health.temporal = 'up';
    house.health.lastSweep = new Date(Date.now() - 61_000).toISOString();
    expect(await degraded()).toEqual(['watchdog']);
    house.health.lastSweep = null;
    expect(await degraded()).toEqual([]); // it has just begun
    jest.useFakeTimers({ now: Date.now() + 61_000, doNotFake: EVERYTHING_BUT_DATE });
    expect(await degraded()).toEqual(['watchdog']);
    jest.useRealTimers();
    house.health.lastSweep = new Date().toISOString();
    expect(await degraded()).toEqual([]);
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

  it('is 503 while the store is away', async () => {
    house.health.store = false;
    expect([(await ready()).statusCode, (await ready()).json().store]).toEqual([503, 'away']);
    expect((await house.ask(null, 'GET', '/health/live')).statusCode).toBe(200);
    house.health.store = true;
  });

  it('is 503 from the moment of shutting down', async () => {
    const other = await openHouse();
    other.app.get(Readinesses).beforeApplicationShutdown();
    expect((await other.ask(null, 'GET', '/health/ready')).json()).toMatchObject({ ready: false, shuttingDown: true });
    await other.close();
  });
});
