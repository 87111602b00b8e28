import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const act = async (as: string, path: string, body: object = {}): Promise<{ revision: number }> => {
  const answer = await house.post(as, path, body);
  expect(answer.statusCode).toBe(201);
  return answer.json();
};
const toSend = async (episodeId: string, query = '', as = 'integration') =>
  (await house.ask(as, 'GET', `/v1/episodes/${episodeId}/notes/to-send${query}`)).json();

describe('notes on their way to another record', () => {
  it('are read by whatever files them once they are signed, until they are filed', async () => {
    const { episodeId, patientId } = await house.refer();
    const notes = `/v1/episodes/${episodeId}/notes`;
    const { revision: note } = await act('care-manager', notes, { text: 'Prefers mornings.' });
    await act('care-manager', notes, { text: 'A draft.' });
    expect(await toSend(episodeId)).toEqual({ patientId, items: [] });

    await act('supervisor', `${notes}/${note}/signature`);
    const waiting = {
      note,
      about: null,
      text: 'Prefers mornings.',
      occurredAt: expect.any(String),
      author: 'user:cm-1',
      signedAt: expect.any(String),
      signedBy: 'user:sup-1',
    };
    expect(await toSend(episodeId)).toEqual({ patientId, items: [waiting] });

    await house.post('integration', `${notes}/${note}/dispatch`);
    expect((await toSend(episodeId)).items).toEqual([]);
    expect((await toSend(episodeId, '?destination=registry')).items).toEqual([waiting]);
  });

  it('are nobody else’s', async () => {
    const { episodeId } = await house.refer();
    expect(await toSend(episodeId, '', 'integration@elsewhere')).toMatchObject({ status: 404 });
    for (const role of ['provider', 'administrator'])
      expect(await toSend(episodeId, '', role)).toMatchObject({ status: 403 });
  });

  it('are void when their note is', async () => {
    const { episodeId } = await house.refer();
    const notes = `/v1/episodes/${episodeId}/notes`;
    const { revision: note } = await act('care-manager', notes, { text: 'Of somebody else.' });
    const { revision } = await act('care-manager', `${notes}/${note}/signature`);
    await house.post(
      'care-manager',
      `/v1/episodes/${episodeId}/voids`,
      { revision: note, reasonCode: 'wrong-patient' },
      { 'if-match': `"${revision}"` },
    );
    expect((await toSend(episodeId)).items).toEqual([]);
  });

  it('wait again once it is undone that they were filed, of which the feed tells by the void alone', async () => {
    const { episodeId } = await house.refer();
    const notes = `/v1/episodes/${episodeId}/notes`;
    const { revision: note } = await act('care-manager', notes, { text: 'Prefers mornings.' });
    await act('care-manager', `${notes}/${note}/signature`);
    await act('integration', `${notes}/${note}/dispatch`);
    const sent = (await house.store.readStream(`episode-${episodeId}`)).findLast(({ type }) => type === 'NoteSent')!;
    await house.post(
      'care-manager',
      `/v1/episodes/${episodeId}/voids`,
      { revision: sent.revision, reasonCode: 'entered-in-error' },
      { 'if-match': `"${sent.revision}"` },
    );
    expect((await toSend(episodeId)).items).toMatchObject([{ note, text: 'Prefers mornings.' }]);
    const feed = (await house.ask('integration', 'GET', '/v1/events?types=ActVoided&limit=200')).json().items;
    expect(feed.filter(({ subject }: { subject: string }) => subject === `episode-${episodeId}`)).toMatchObject([
      { data: { facts: { revision: sent.revision } } },
    ]);
  });
});
