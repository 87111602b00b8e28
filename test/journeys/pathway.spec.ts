import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHIPPED_PATHWAYS } from '#care';
import { Journey, standingAt, until } from './journey.js';

/** A clinic adopts another pathway while patients are in treatment. */
describe('another pathway', () => {
  const floor = SHIPPED_PATHWAYS.get('monthly-floor')!;
  const stricter = {
    ...floor,
    parameters: { ...floor.parameters, 'risk.high': { ...floor.parameters['risk.high']!, value: 5 } },
  };
  const ADDRESS = '/v1/organisation/pathway';
  let journey: Journey;
  let running: { high: string; low: string; referred: string };

  beforeAll(async () => {
    journey = await Journey.begin({ clock: standingAt('2027-03-01 09:00'), temporal: false });
    running = { high: await atRisk('H', 'high'), low: await atRisk('L', 'low'), referred: await refer('R') };
  }, 60_000);
  afterAll(() => journey.end(), 60_000);

  const refer = (name: string): Promise<string> => journey.refer({ patient: { name: `Test Patient ${name}` } });
  const atRisk = async (name: string, level: string): Promise<string> => {
    const episode = await refer(name);
    await journey.act(episode, 'enrolment', {});
    await journey.act(episode, 'safety-reviews', { tool: 'c-ssrs', outcome: 'assessed', level });
    return episode;
  };
  const ask = (method: 'GET' | 'POST', path: string, pathway?: unknown, headers = {}) =>
    journey.request('administrator', method, path, pathway === undefined ? undefined : { pathway }, headers);
  /** What the stream lost to a pathway that changed, by kind. */
  const moved = async (episode: string): Promise<string[]> =>
    (await journey.events(episode))
      .filter(({ type, body }) => type === 'FollowUpSuperseded' && body.facts['reason'] === 'pathway-changed')
      .map(({ body }) => String(body.facts['followUpId']).split(':')[0]!);
  const repinned = () =>
    until(async () => (await ask('GET', ADDRESS)).body.repin.state === 'done', 'the pathway has reached every episode');
  const lastPin = async (episode: string) =>
    (await journey.events(episode)).findLast(({ type }) => type === 'EpisodePinned')!.body.facts;

  it('is previewed, adopted, and does at once what the preview said and no more', async () => {
    const head = await journey.house.runtime.store.head();
    const preview = await ask('POST', `${ADDRESS}/preview`, stricter, {
      'consistency-token': head!.position,
      prefer: 'wait=10, handling=strict',
    });
    expect(preview.body).toMatchObject({
      episodes: 3,
      untold: 0,
      atOnce: { 'risk-reassessment': { opens: 0, moves: 1, ends: 0 } },
      atNextPhase: { contact: { moves: 2 } },
      next: null,
    });
    expect(await journey.house.runtime.store.head()).toEqual(head);

    expect((await ask('POST', ADDRESS, stricter)).status).toBe(201);
    await repinned();
    expect((await ask('GET', ADDRESS)).body).toMatchObject({
      id: 'monthly-floor',
      by: 'user:admin-1',
      repin: { state: 'done', episodes: 3, done: 3, waiting: 0, refused: 0 },
    });
    const all = (await Promise.all(Object.values(running).map(moved))).flat();
    expect(all).toEqual(['risk-reassessment']);
    expect((await journey.owed(running.high))['risk-reassessment']).toBe('2027-03-05');
    expect((await journey.owed(running.low))['risk-reassessment']).toBe('2027-03-31');
    expect((await journey.owed(running.high))['contact']).toBe('2027-03-15');
  }, 60_000);

  it('holds for new episodes as a whole, and for running ones from their next phase', async () => {
    const { hash } = (await ask('GET', ADDRESS)).body;
    const fresh = await refer('N');
    await journey.act(fresh, 'enrolment', {});
    expect((await journey.owed(fresh))['contact']).toBe('2027-03-29');
    expect(await lastPin(fresh)).toMatchObject({ pathway: hash });

    await journey.act(running.referred, 'enrolment', {});
    expect((await journey.owed(running.referred))['contact']).toBe('2027-03-29');
    expect(await lastPin(running.referred)).toMatchObject({ clinical: hash, safety: hash });
    expect((await lastPin(running.referred))['pathway']).not.toBe(hash);
  }, 60_000);

  it('is refused where it loosens safety: each number is named, and nothing changes', async () => {
    const before = (await ask('GET', '/v1/organisation')).body.revision;
    const refusal = await ask('POST', ADDRESS, floor);
    expect([refusal.status, refusal.body]).toEqual([
      422,
      expect.objectContaining({
        type: '/problems/safety-loosened',
        errors: [
          {
            pointer: '/pathway/parameters/risk.high/value',
            detail: '7 is looser than what is in force (5 calendar-days)',
          },
        ],
      }),
    ]);
    expect((await ask('GET', '/v1/organisation')).body.revision).toBe(before);
  }, 60_000);

  it('survives a restart: what was composed is put together again from the log', async () => {
    const owed = await journey.owed(running.high);
    await journey.restart();
    await journey.act(running.high, 'notes', { text: 'after the restart' });
    expect(await journey.owed(running.high)).toEqual(owed);
    await journey.at('2027-03-05 08:00');
    expect(await journey.raises(running.high, 'risk-reassessment')).toContainEqual(
      expect.objectContaining({ at: '2027-03-05T13:00:00.000Z' }),
    );
  }, 60_000);
});
