import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
let episodeId: string;
let address: string;
beforeAll(async () => {
  house = await openHouse();
  ({ episodeId } = await house.refer({ reason: 'low mood' }));
  address = `/v1/episodes/${episodeId}`;
  house.clock.set('2026-03-03T15:00:00.000Z');
  await house.post('care-manager', `${address}/outreach-attempts`, { channel: 'phone', outcome: 'no-answer' });
  house.clock.set('2026-03-04T15:00:00.000Z');
  await house.post('care-manager', `${address}/outreach-attempts`, { channel: 'phone', outcome: 'reached' });
  const { revision } = (
    await house.post('care-manager', `${address}/assessments`, {
      instrument: 'PHQ-9',
      items: [2, 2, 2, 2, 2, 2, 2, 2, 1],
    })
  ).json();
  await house.post('care-manager', `${address}/enrolment`, {}, { 'if-match': `"${revision}"` });
});
afterAll(() => house.close());

describe('an episode', () => {
  it('is read from its stream, as whole as its published shape', async () => {
    const answer = await house.ask('auditor', 'GET', address);
    expect(answer.json()).toMatchObject({
      episodeId,
      phase: 'acute',
      careManager: 'cm-1',
      provider: 'pcp-1',
      attempts: 2,
      enrolledOn: '2026-03-04',
      referral: { reason: 'low mood', referredBy: 'pcp-1' },
      hold: null,
      plan: null,
    });
    expect(answer.json().followUps[0]).toMatchObject({ kind: 'safety-review', safety: true });
  });

  it('is not sent again to somebody who has it', async () => {
    const first = await house.ask('auditor', 'GET', address);
    const again = await house.ask('auditor', 'GET', address, {
      headers: { 'if-none-match': `W/${first.headers['etag']}` },
    });
    expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', first.headers['etag']]);
    expect((await house.ask('auditor', 'GET', address, { headers: { 'if-none-match': '"0"' } })).statusCode).toBe(200);
    expect((await house.ask('auditor', 'HEAD', address)).statusCode).toBe(200);
  });

  it('is shown as it was known then', async () => {
    const then = (
      await house.ask('auditor', 'GET', `${address}?asRecorded=${encodeURIComponent('2026-03-03T12:00:00-05:00')}`)
    ).json();
    expect(then).toMatchObject({ phase: 'referred', attempts: 1, reached: null });
    const first = (await house.ask('auditor', 'GET', `${address}?atRevision=0`)).json();
    expect(first).toMatchObject({ revision: 0, attempts: 0, followUps: [] });
    expect((await house.ask('auditor', 'GET', `${address}?asRecorded=2026-03-01T12:00:00Z`)).statusCode).toBe(404);
    expect((await house.ask('auditor', 'GET', `${address}?asRecorded=yesterday`)).json()).toMatchObject({
      type: '/problems/malformed-query',
      errors: [{ pointer: '/asRecorded' }],
    });
  });
});

describe('a timeline', () => {
  it('tells what happened, by whom, and what it opened and closed', async () => {
    const { items } = (await house.ask('auditor', 'GET', `${address}/timeline?limit=200`)).json();
    const attempt = items.find(({ type }: { type: string }) => type === 'OutreachAttempted');
    expect(attempt).toMatchObject({
      sentence: 'Outreach by phone at 10:00: no answer',
      actor: 'user:cm-1',
      actorRole: 'care-manager',
      closed: [expect.objectContaining({ title: 'First outreach', how: 'fulfilled' })],
    });
  });

  it('is read in pages, each item once', async () => {
    const whole = (await house.ask('auditor', 'GET', `${address}/timeline?limit=200`)).json().items;
    const paged: unknown[] = [];
    for (let url: string | null = `${address}/timeline?limit=4`; url;) {
      const answer = await house.ask('auditor', 'GET', url);
      paged.push(...answer.json().items);
      url = /<(.+)>; rel="next"/.exec(String(answer.headers['link'] ?? ''))?.[1] ?? null;
      expect(url === null).toBe(answer.json().next === null);
    }
    expect(paged).toEqual(whole);
  });

  it('of the past ends where the past ended', async () => {
    const { items } = (await house.ask('auditor', 'GET', `${address}/timeline?atRevision=1`)).json();
    expect(items.map(({ revision }: { revision: number }) => revision)).toEqual([0, 1]);
  });
});

describe('follow-ups and scores', () => {
  it('come from the views, open and ended', async () => {
    await house.upToDate();
    const ended = (await house.ask('care-manager', 'GET', `${address}/follow-ups?state=ended`)).json().items;
    expect(ended).toContainEqual(expect.objectContaining({ kind: 'first-outreach', state: 'fulfilled' }));
    const open = (await house.ask('care-manager', 'GET', `${address}/follow-ups?state=open`)).json().items;
    expect(open.every(({ state }: { state: string }) => state === 'open')).toBe(true);
    expect((await house.ask('care-manager', 'GET', `${address}/scores`)).json().items).toMatchObject([
      { instrument: 'PHQ-9', total: 17, band: 'moderately-severe' },
    ]);
  });

  it('are told of the past as they were then, and of now as the views have them', async () => {
    const { episodeId } = await house.refer({
      patient: { name: 'Cy Example', birthDate: '1990-05-01' },
    });
    const of = `/v1/episodes/${episodeId}`;
    const phqA = { instrument: 'PHQ-A', items: [2, 2, 2, 2, 2, 2, 2, 2, 0] };
    await house.post('care-manager', `${of}/assessments`, phqA);
    const first = (await house.ask('auditor', 'GET', of)).json();
    const { items: told } = (await house.ask('auditor', 'GET', `${of}/timeline?limit=200`)).json();
    const corrects = told.find(({ type }: { type: string }) => type === 'AssessmentRecorded').revision;
    const corrected = { ...phqA, items: [0, 0, 0, 0, 0, 0, 0, 0, 0], reasonCode: 'entry-error' };
    await house.post(
      'care-manager',
      `${of}/corrections`,
      { ...corrected, corrects },
      { 'if-match': `"${first.revision}"` },
    );
    const earlier = { instrument: 'GAD-7', total: 3, occurredAt: '2026-02-27T15:00:00Z' };
    await house.post('care-manager', `${of}/assessments`, earlier);
    await house.upToDate();
    const scores = async (query = '') => (await house.ask('auditor', 'GET', `${of}/scores${query}`)).json().items;
    const now = await scores();
    expect(now).toMatchObject([
      { instrument: 'GAD-7', total: 3 },
      { total: 0, correctedBy: expect.any(Number), warnings: [expect.stringContaining('the patient was 35')] },
    ]);
    expect(await scores('?atRevision=1000')).toEqual(now);
    expect(await scores(`?atRevision=${first.revision}`)).toMatchObject([{ total: 16, correctedBy: null }]);
    expect(await scores('?atRevision=0')).toEqual([]);
    const before = await house.ask('auditor', 'GET', `${of}/scores?asRecorded=2020-01-01T00:00:00Z`);
    expect(before.statusCode).toBe(404);
  });
});
