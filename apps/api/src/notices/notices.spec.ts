import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiParts } from '../parts.js';
import { openHouse, type House } from '../testing/house.js';

let house: House;
let stopTelling: () => Promise<void>;
const read = async (as: string, url: string) => (await house.ask(as, 'GET', url)).json();
const recipients = async (as: string, url = '/v1/notices'): Promise<string[]> =>
  (await read(as, url)).items.map(({ recipient }: { recipient: string }) => recipient);

beforeAll(async () => {
  house = await openHouse();
  const stopping = new AbortController();
  const telling = house.notices.run(stopping.signal);
  stopTelling = async () => {
    stopping.abort();
    await telling;
  };
  for (const careManager of ['cm-1', 'cm-2']) {
    const referral = { patient: { name: 'Test Patient N' }, careManager };
    const { episodeId } = await house.refer(referral);
    const concern = { note: 'Test note' };
    expect((await house.post('care-manager', `/v1/episodes/${episodeId}/safety-concerns`, concern)).statusCode).toBe(
      201,
    );
    await house.settle(episodeId);
  }
  for (let i = 0; i < 500 && (await read('supervisor', '/v1/notices?state=delivered')).items.length < 2; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
});
afterAll(async () => {
  await stopTelling();
  await house.close();
});

describe('notices', () => {
  it('are one’s own, and all of the organisation for whoever answers for it', async () => {
    expect(await recipients('care-manager')).toEqual(['cm-1']);
    expect(await recipients('care-manager', '/v1/notices?recipient=cm-2')).toEqual(['cm-1']);
    for (const role of ['supervisor', 'administrator', 'auditor'])
      expect((await recipients(role)).toSorted()).toEqual(['cm-1', 'cm-2']);
    expect(await recipients('supervisor', '/v1/notices?recipient=cm-2')).toEqual(['cm-2']);
    expect(await recipients('supervisor', '/v1/notices?recipient=me')).toEqual([]);
    expect(await recipients('supervisor@elsewhere')).toEqual([]);
  });

  it('say who was told when and how, and nothing of what', async () => {
    const [notice] = (await read('care-manager', '/v1/notices')).items;
    expect(notice).toEqual({
      id: expect.any(String),
      recipient: 'cm-1',
      day: '2026-03-02',
      class: 'safety',
      state: 'delivered',
      episodeId: expect.any(String),
      patientId: expect.any(String),
      steps: 1,
      madeAt: '2026-03-02T15:00:00.000Z',
      deliveredAt: '2026-03-02T15:00:00.000Z',
      attempts: [
        { messageId: notice.id, channel: 'console', at: '2026-03-02T15:00:00.000Z', outcome: 'sent', code: null },
      ],
    });
  });

  it('come by day and state, in pages', async () => {
    expect(await recipients('supervisor', '/v1/notices?day=2026-03-01')).toEqual([]);
    expect(await recipients('supervisor', '/v1/notices?state=waiting')).toEqual([]);
    const first = await read('supervisor', '/v1/notices?limit=1');
    const second = await read('supervisor', `/v1/notices?limit=1&cursor=${first.next}`);
    expect([first.items[0].recipient, second.items[0].recipient].toSorted()).toEqual(['cm-1', 'cm-2']);
    expect(second.next).toBeNull();
    expect((await house.ask('supervisor', 'GET', '/v1/notices?state=lost')).statusCode).toBe(400);
    expect((await house.ask('supervisor', 'GET', '/v1/notices?cursor=nonsense')).json().errors[0].pointer).toBe(
      '/cursor',
    );
  });
});

describe('the alert load', () => {
  it('is what came at each person on each day, beside the aim', async () => {
    expect(await read('supervisor', '/v1/alert-load?from=2026-03-01&to=2026-03-02')).toEqual({
      aim: { rows: 15, interruptions: 3 },
      items: ['cm-1', 'cm-2'].map((staff) => ({ staff, day: '2026-03-02', rows: 1, interruptions: 1, snoozes: 0 })),
    });
    expect((await read('supervisor@elsewhere', '/v1/alert-load?from=2026-03-01&to=2026-03-02')).items).toEqual([]);
  });

  it.each(['from=2026-03-02&to=2026-03-01', 'from=2026-01-01&to=2026-12-31', 'from=2026-03-01', 'from=soon&to=later'])(
    'is refused for %s',
    async (query) => {
      const answer = await house.ask('supervisor', 'GET', `/v1/alert-load?${query}`);
      expect([answer.statusCode, answer.json().type]).toEqual([400, '/problems/malformed-query']);
    },
  );
});

describe('a process that tells nobody', () => {
  it('says so', async () => {
    const other = await openHouse({ notices: undefined } as unknown as Partial<ApiParts>);
    const answer = await other.ask('supervisor', 'GET', '/v1/notices');
    expect([answer.statusCode, answer.json().type]).toEqual([503, '/problems/unavailable']);
    await other.close();
  });
});
