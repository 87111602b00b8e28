import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

/** Referred on Monday 2 March 2026, called on Thursday: a day late. */
let house: House;
let address: string;
const read = async (followUpId: string, query = '', as = 'auditor') =>
  house.ask(as, 'GET', `${address}/follow-ups/${followUpId}${query}`);
const idOf = async (kind: string, state = 'open'): Promise<string> => {
  await house.upToDate();
  const { items } = (await house.ask('auditor', 'GET', `${address}/follow-ups?state=${state}`)).json();
  return items.find((one: { kind: string }) => one.kind === kind).followUpId;
};
beforeAll(async () => {
  house = await openHouse();
  const { episodeId } = await house.refer({ careManager: 'cm-1' });
  address = `/v1/episodes/${episodeId}`;
  house.clock.set('2026-03-05T13:00:00.000Z');
  await house.settle(episodeId);
  house.clock.set('2026-03-05T15:00:00.000Z');
  await house.post('care-manager', `${address}/outreach-attempts`, { channel: 'phone', outcome: 'no-answer' });
});
afterAll(() => house.close());

describe('why a follow-up exists', () => {
  it('names rule, fact and numbers with their sources, and what would end it', async () => {
    const followUpId = await idOf('outreach-retry');
    await house.post('care-manager', `${address}/follow-ups/${followUpId}/snooze`, {
      until: '2026-03-12',
      reason: 'patient-asked',
    });
    const answer = await read(followUpId);
    expect(answer.json()).toMatchObject({
      followUpId,
      kind: 'outreach-retry',
      title: 'Try to reach again',
      source: 'C3 *',
      why: 'Next attempt due 10 Mar: nobody was reached today, 5 Mar; your pathway asks for another after 3 business days',
      state: 'open',
      ended: null,
      anchor: {
        type: 'OutreachAttempted',
        sentence: 'Outreach by phone at 10:00: no answer',
        occurredAt: '2026-03-05T15:00:00.000Z',
        recordedAt: '2026-03-05T15:00:00.000Z',
        voidedBy: null,
      },
      ends: {
        fulfilledBy: 'the next attempt, on another day; where a letter or portal message is due, that alone',
        supersededBy: 'the patient was reached or enrolled',
      },
      snoozes: [{ by: 'user:cm-1', until: '2026-03-12T12:00:00.000Z', reason: 'patient-asked' }],
      next: { step: 1, at: '2026-03-12T12:00:00.000Z', notify: ['care-manager'] },
    });
    expect(answer.json().numbers).toContainEqual({
      key: 'outreach.second-attempt',
      value: 3,
      unit: 'business-days',
      source: 'C3',
      firmness: 'proposal',
      mark: '*',
      meaning: 'From the first attempt that reached nobody to the second',
    });
  });

  it('tells of one that has ended: every step, who raised it, by what it was met, and that it was late', async () => {
    const followUpId = await idOf('first-outreach', 'ended');
    const told = (await read(followUpId)).json();
    expect(told.steps).toMatchObject([
      { step: 1, at: '2026-03-03T13:00:00.000Z', raised: { asStep: 2, by: 'system:watchdog', lateMs: 172_800_000 } },
      { step: 2, at: '2026-03-04T13:00:00.000Z', raised: { asStep: 2, by: 'system:watchdog' } },
    ]);
    expect(told).toMatchObject({
      state: 'fulfilled',
      next: null,
      ended: { inTime: false, reason: null, carriedOnBy: null, by: { type: 'OutreachAttempted', actor: 'user:cm-1' } },
    });
  });

  it('answers as it was known then', async () => {
    const followUpId = await idOf('first-outreach', 'ended');
    const then = (await read(followUpId, `?asRecorded=${encodeURIComponent('2026-03-03T12:00:00-05:00')}`)).json();
    expect(then).toMatchObject({ state: 'open', ended: null });
    expect(then.steps.every(({ raised }: { raised: unknown }) => raised === null)).toBe(true);
    expect(then.why).toMatch(/referred yesterday, 2 Mar/);
    expect((await read(await idOf('outreach-retry'), '?atRevision=0')).statusCode).toBe(404);
  });

  it('knows only what this episode was ever owed, and shows it only to those who may see the episode', async () => {
    expect((await read('contact:99:1')).json()).toMatchObject({ type: '/problems/no-such-follow-up', status: 404 });
    expect((await read('nonsense')).statusCode).toBe(404);
    const followUpId = await idOf('outreach-retry');
    expect((await read(followUpId, '', 'administrator')).statusCode).toBe(403);
    expect((await read(followUpId, '', 'supervisor@elsewhere')).json()).toMatchObject({ type: '/problems/not-found' });
  });

  it('calls a fact undone only as long as nobody undid the undoing', async () => {
    const followUpId = await idOf('outreach-retry');
    const anchor = async () => (await read(followUpId)).json().anchor;
    const undo = async (revision: number) => {
      const { headers } = await house.ask('care-manager', 'GET', address);
      const act = { revision, reasonCode: 'entered-in-error' };
      return house.post('care-manager', `${address}/voids`, act, { 'if-match': String(headers['etag']) });
    };
    await undo((await anchor()).revision);
    const { voidedBy } = await anchor();
    expect(voidedBy).toEqual(expect.any(Number));
    await undo(voidedBy);
    expect((await anchor()).voidedBy).toBeNull();
  });
});
