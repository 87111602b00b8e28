import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scaledClock, type ScaledClock } from '#door';
import { hasTemporal, Journey, newYork, until, type Raise } from './journey.js';

/** Both wakers on the official Temporal server; a day lasts four seconds, and a planned task is what falls due. */
const withServer = hasTemporal ? describe : describe.skip;
const realMsPerDay = 4000;

withServer('the official Temporal server wakes episodes', () => {
  let journey: Journey;
  let clock: ScaledClock;
  let episode: string;
  beforeAll(async () => {
    clock = scaledClock({ realMsPerDay, startInstant: newYork('2027-03-01 07:00') });
    journey = await Journey.begin({ clock, temporal: true });
    await until(() => journey.house.temporal.link.isUp(), 'Temporal is up', 60_000);
    episode = await journey.refer();
  }, 120_000);
  afterAll(async () => {
    await journey.end();
    clock.close();
  }, 60_000);

  const raisedBy = async (actor: string, since: number): Promise<Raise[]> =>
    (await journey.raises(episode)).slice(since).filter((raise) => raise.actor === actor);
  const count = async (): Promise<number> => (await journey.raises(episode)).length;

  it('its timer raises the first outreach, not early', async () => {
    await until(async () => (await count()) > 0, 'a raise');
    const [first] = await journey.raises(episode);
    expect(first).toMatchObject({ kind: 'first-outreach', step: 1, actor: 'system:workflow' });
    expect(first!.recordedAt >= first!.at).toBe(true);
  }, 60_000);

  it('while the server is stopped the watchdog raises; when it is back the workflow does again', async () => {
    const { server, link } = journey.house.temporal;
    await server!.stop();
    const before = await count();
    await until(async () => (await raisedBy('system:watchdog', before)).length > 0, 'a raise by the watchdog', 90_000);
    await server!.start();
    await until(() => link.isUp(), 'Temporal is up again', 90_000);
    const again = await count();
    await until(async () => (await raisedBy('system:workflow', again)).length > 0, 'a raise by the workflow', 90_000);
  }, 300_000);

  it('a server killed with SIGKILL is started again, and the workflow goes on', async () => {
    const { server, link } = journey.house.temporal;
    const before = await count();
    process.kill(server!.pid()!, 'SIGKILL');
    await until(() => journey.lines.some((line) => line.includes('starting it again')), 'the server is started again');
    await until(async () => (await count()) > before, 'a raise by whoever lives', 90_000);
    await until(() => link.isUp(), 'Temporal is up again', 90_000);
    const again = await count();
    await until(async () => (await raisedBy('system:workflow', again)).length > 0, 'a raise by the workflow', 90_000);
  }, 300_000);

  it('23 with its database wiped, every open episode is poked into a new workflow', async () => {
    const { server, link } = journey.house.temporal;
    await server!.stop();
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(journey.folder, 'data', `temporal.db${suffix}`), { force: true });
    await server!.start();
    await until(() => link.isUp(), 'Temporal is up again', 90_000);
    const before = await count();
    await until(
      async () => (await raisedBy('system:workflow', before)).length > 0,
      'a raise by the new workflow',
      90_000,
    );
    expect(journey.lines.filter((line) => line.startsWith('new Temporal namespace'))).toHaveLength(2);
  }, 300_000);

  it('after all that no step was raised twice or early', async () => {
    const raises = await journey.raises(episode);
    expect(new Set(raises.map(({ kind, step }) => `${kind}#${step}`)).size).toBe(raises.length);
    expect(raises.filter(({ at, recordedAt }) => recordedAt < at)).toEqual([]);
  });
});

describe('without any Temporal server', () => {
  let journey: Journey;
  let clock: ScaledClock;
  beforeAll(async () => {
    clock = scaledClock({ realMsPerDay, startInstant: newYork('2027-03-01 07:00') });
    journey = await Journey.begin({ clock, temporal: false });
  }, 60_000);
  afterAll(async () => {
    await journey.end();
    clock.close();
  }, 60_000);

  it('the watchdog raises alone, and readiness says degraded', async () => {
    const episode = await journey.refer();
    await until(async () => (await journey.raises(episode)).length > 0, 'a raise');
    expect((await journey.raises(episode))[0]).toMatchObject({ kind: 'first-outreach', actor: 'system:watchdog' });
    const ready = await journey.request('auditor', 'GET', '/health/ready');
    expect(ready.body).toMatchObject({ ready: true, temporal: { status: 'absent' }, degraded: ['temporal'] });
  }, 60_000);

  it('a restart carries on where it was', async () => {
    const episode = await journey.refer({ patient: { name: 'Test Patient R' } });
    await journey.restart();
    await until(async () => (await journey.raises(episode)).length > 0, 'a raise after the restart');
  }, 90_000);
});
