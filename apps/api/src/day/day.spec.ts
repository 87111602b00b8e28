import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.post('administrator', '/v1/organisation/staff', { staff: 'cm-7', role: 'care-manager' });
});
afterAll(() => house.close());

const read = async (as: string, url: string) => {
  await house.upToDate();
  const answer = await house.ask(as, 'GET', `/v1/day/${url}`);
  return { status: answer.statusCode, body: answer.json() };
};
const act = async (as: string, episodeId: string, path: string, body: object) => {
  const { revision } = (await house.ask('supervisor', 'GET', `/v1/episodes/${episodeId}`)).json();
  return house.post(as, `/v1/episodes/${episodeId}/${path}`, body, { 'if-match': `"${revision}"` });
};
const names = ({ body }: { body: { lines: { patientName: string }[] } }): string[] =>
  body.lines.map(({ patientName }) => patientName);

describe('whose day is asked for', () => {
  beforeAll(async () => {
    await house.refer({ patient: { name: 'Test Patient A' }, careManager: 'cm-1' });
    await house.refer({ patient: { name: 'Test Patient B' }, careManager: 'cm-7' });
  });

  it('is the caller’s own for a care manager, everybody’s for the others, or as they say', async () => {
    expect(names(await read('care-manager', 'morning'))).toEqual(['Test Patient A']);
    expect(names(await read('supervisor', 'morning')).toSorted()).toEqual(['Test Patient A', 'Test Patient B']);
    expect(names(await read('supervisor', 'morning?careManager=cm-7'))).toEqual(['Test Patient B']);
    expect(names(await read('supervisor', 'morning?careManager=me'))).toEqual([]);
    expect((await read('care-manager', 'morning?careManager=all')).body).toMatchObject({
      total: 2,
      counts: { 'new-referral': 2, safety: 0 },
      date: null,
      mutedCount: 0,
    });
  });

  it('shows nothing of another organisation', async () => {
    for (const list of ['morning', 'outreach', 'huddle', 'documentation'])
      expect((await read('supervisor@elsewhere', list)).body.total).toBe(0);
    expect((await read('supervisor@elsewhere', 'evening')).body.urgent.total).toBe(0);
  });
});

describe('the date asked for', () => {
  it('may be today or later', async () => {
    for (const date of ['2026-03-02', '2026-03-20'])
      expect(await read('supervisor', `morning?date=${date}`)).toMatchObject({ status: 200, body: { date } });
  });

  it('is refused when it is past, no date, or asked of a list that is about now', async () => {
    const pointer = async (url: string) => {
      const { status, body } = await read('supervisor', url);
      return [status, body.type, body.errors?.[0]?.pointer];
    };
    const malformed = [400, '/problems/malformed-query', '/date'];
    expect(await pointer('morning?date=2026-03-01')).toEqual(malformed);
    expect(await pointer('huddle?date=tomorrow')).toEqual(malformed);
    expect(await pointer('evening?date=2026-03-20')).toEqual(malformed);
  });
});

describe('the acts that a day’s lists read', () => {
  it('record that a note was sent, by a person or the interface that filed it, once it is signed', async () => {
    const { episodeId } = await house.refer({ patient: { name: 'Test Patient C' }, careManager: 'cm-1' });
    const { revision } = (await act('care-manager', episodeId, 'notes', { text: 'A first note.' })).json();
    const early = await act('care-manager', episodeId, `notes/${revision}/dispatch`, {});
    expect([early.statusCode, early.json().type]).toEqual([409, '/problems/note-not-signed']);
    await act('care-manager', episodeId, `notes/${revision}/signature`, {});
    const lacks = async () => (await read('care-manager', 'documentation')).body.counts;
    expect(await lacks()).toEqual({ note: 0, signature: 0, dispatch: 1 });
    const sent = await act('integration', episodeId, `notes/${revision}/dispatch`, { reference: 'doc-17' });
    expect(sent.statusCode).toBe(201);
    expect(await lacks()).toEqual({ note: 0, signature: 0, dispatch: 0 });
  });

  it('record that a recommendation was opened, and that the team met', async () => {
    const { episodeId } = await house.refer({ patient: { name: 'Test Patient D' }, careManager: 'cm-1' });
    await act('care-manager', episodeId, 'outreach-attempts', { channel: 'phone', outcome: 'reached' });
    await act('care-manager', episodeId, 'enrolment', {});
    await act('care-manager', episodeId, 'consult-requests', { urgency: 'urgent', question: 'Is this dose enough?' });
    await act('psychiatric-consultant', episodeId, 'recommendations', { text: 'Raise the dose.' });
    expect((await act('provider', episodeId, 'recommendations/1/opening', {})).statusCode).toBe(201);
    await act('care-manager', episodeId, 'consult-requests', { question: 'And now?' });
    const line = async () =>
      (await read('psychiatric-consultant', 'huddle')).body.lines.find(
        (one: { patientName: string }) => one.patientName === 'Test Patient D',
      );
    expect(await line()).toMatchObject({
      class: 'asked',
      headline: { why: expect.stringContaining('And now?') },
      course: { recommendation: { seen: { by: 'pcp-1' }, became: 'seen, not answered' } },
      daysInTreatment: 0,
    });
    house.clock.advance(86_400_000);
    const met = await house.post('psychiatric-consultant', '/v1/organisation/review-sessions', {
      attendees: ['psy-1', 'cm-1'],
      episodes: [episodeId],
    });
    expect(met.statusCode).toBe(201);
    expect(await line()).toMatchObject({ lastReviewedOn: '2026-03-03', daysSinceReview: 0 });
    const stranger = { attendees: ['nobody'], episodes: [] };
    expect((await house.post('supervisor', '/v1/organisation/review-sessions', stranger)).json().type).toBe(
      '/problems/unknown-staff',
    );
  });
});
