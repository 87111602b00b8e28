import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
const refer = (name: string) =>
  house.post('care-manager', '/v1/referrals', {
    patient: { name },
    careManager: 'cm-1',
    referredBy: name === 'P1' ? 'pcp-9' : 'pcp-1',
  });
beforeAll(async () => {
  house = await openHouse();
  for (const name of ['P1', 'P2', 'P3', 'P4', 'P5']) await refer(name);
  house.clock.set('2026-03-04T15:00:00.000Z');
  for (const { episodeId } of (await firstPage('/v1/caseload')).items) await house.settle(episodeId);
  await house.upToDate();
});
afterAll(() => house.close());

async function firstPage(
  url: string,
): Promise<{ items: { episodeId: string; patientName: string }[]; next: string | null }> {
  await house.upToDate();
  return (await house.ask('care-manager', 'GET', url)).json();
}

describe('a list', () => {
  it('comes in pages that together hold each row once', async () => {
    const names: string[] = [];
    let url: string | null = '/v1/caseload?limit=2';
    for (let pages = 0; url && pages < 9; pages += 1) {
      const answer = await house.ask('care-manager', 'GET', url);
      names.push(...answer.json().items.map(({ patientName }: { patientName: string }) => patientName));
      url = answer.json().next && `/v1/caseload?limit=2&cursor=${answer.json().next}`;
    }
    expect(names.toSorted()).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
  });

  it('refuses a cursor that is none of its own, or belongs to other filters', async () => {
    const { next } = await firstPage('/v1/caseload?limit=2');
    for (const cursor of ['nonsense', 'WyJhIiwiYiJd', `${next}&careManager=cm-1`]) {
      const answer = await house.ask('care-manager', 'GET', `/v1/caseload?limit=2&cursor=${cursor}`);
      expect([answer.statusCode, answer.json().errors?.[0]?.pointer]).toEqual([400, '/cursor']);
    }
  });

  it('takes no cursor of another list, which would begin anywhere and leave rows out', async () => {
    const { next } = await firstPage('/v1/caseload?limit=2');
    const [one, other] = (await firstPage('/v1/caseload')).items.map(
      ({ episodeId }) => `/v1/episodes/${episodeId}/timeline`,
    );
    const ofOne = (await house.ask('care-manager', 'GET', `${one}?limit=1`)).json().next;
    expect((await house.ask('care-manager', 'GET', `${one}?cursor=${ofOne}`)).statusCode).toBe(200);
    for (const url of [`/v1/referrals?cursor=${next}`, `${one}?cursor=${next}`, `${other}?cursor=${ofOne}`])
      expect((await house.ask('care-manager', 'GET', url)).json()).toMatchObject({
        type: '/problems/malformed-query',
        errors: [{ pointer: '/cursor' }],
      });
  });

  it('keeps its filters from page to page', async () => {
    const first = await house.ask('care-manager', 'GET', '/v1/caseload?limit=2&careManager=cm-1&phase=referred');
    const next = /<(.+)>/.exec(String(first.headers['link']))?.[1] ?? '';
    expect(next).toContain('careManager=cm-1');
    expect((await house.ask('care-manager', 'GET', next)).statusCode).toBe(200);
  });

  it.each(['/v1/caseload', '/v1/worklist', '/v1/consults', '/v1/inbox', '/v1/referrals'])(
    '%s shows nothing of another organisation',
    async (url) => {
      expect((await house.ask('supervisor@elsewhere', 'GET', url)).json()).toEqual({ items: [], next: null });
    },
  );
});

describe('a worklist', () => {
  it('is everybody’s, somebody’s, or mine', async () => {
    const mine = (await house.ask('care-manager', 'GET', '/v1/worklist?assignee=me')).json().items;
    expect(mine.length).toBe(5);
    expect(mine[0]).toMatchObject({
      assignee: 'cm-1',
      class: 'new-referral',
      headline: { title: 'First outreach', why: expect.stringContaining('not called yet') },
    });
    expect((await house.ask('care-manager', 'GET', '/v1/worklist?assignee=cm-2')).json().items).toEqual([]);
    expect((await house.ask('provider', 'GET', '/v1/worklist?assignee=cm-1')).json().items).toEqual([]);
  });
});

describe('the referrals of a provider', () => {
  it('are those they made', async () => {
    const all = (await house.ask('care-manager', 'GET', '/v1/referrals')).json().items;
    const own = (await house.ask('provider', 'GET', '/v1/referrals')).json().items;
    expect([all.length, own.length]).toEqual([5, 4]);
  });
});

describe('who wrote something', () => {
  it('reads it in a view by sending its token', async () => {
    const written = await refer('P6');
    const token = String(written.headers['consistency-token']);
    const read = await house.ask('care-manager', 'GET', '/v1/caseload?limit=200', {
      headers: { 'consistency-token': token, prefer: 'wait=5' },
    });
    expect(read.headers).toMatchObject({ 'preference-applied': 'wait', 'consistency-token': token });
    expect(read.json().items.map(({ patientName }: { patientName: string }) => patientName)).toContain('P6');
  });

  it('is told how far the view is when it has not caught up, or 503 when that is not enough', async () => {
    const token = '9'.repeat(20);
    const read = await house.ask('care-manager', 'GET', '/v1/caseload', {
      headers: { 'consistency-token': token, prefer: 'wait=0.05' },
    });
    expect([read.statusCode, read.headers['preference-applied']]).toEqual([200, undefined]);
    expect(read.headers['consistency-token']).toBe((await house.store.head())?.position);
    const strict = await house.ask('care-manager', 'GET', '/v1/caseload', {
      headers: { 'consistency-token': token, prefer: 'wait=0.05, handling=strict' },
    });
    expect([strict.statusCode, strict.headers['retry-after'], strict.json().type]).toEqual([
      503,
      '1',
      '/problems/not-caught-up',
    ]);
    expect(
      (await house.ask('care-manager', 'GET', '/v1/caseload', { headers: { 'consistency-token': 'a b' } })).json().type,
    ).toBe('/problems/malformed-header');
  });
});
