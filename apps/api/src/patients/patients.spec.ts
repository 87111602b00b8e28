import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const register = (name: string, key = name) =>
  house.post('care-manager', '/v1/patients', { name }, { 'idempotency-key': key });

const correct = (patientId: string, basis: unknown, details: object, as = 'care-manager') =>
  house.post(
    as,
    `/v1/patients/${patientId}/corrections`,
    { reasonCode: 'changed', ...details },
    basis === undefined ? {} : { 'if-match': String(basis) },
  );

describe('a patient', () => {
  it('is registered once, however often it is asked', async () => {
    const first = await register('Ada', 'key-ada');
    const again = await register('Ada', 'key-ada');
    expect([first.statusCode, again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(again.json()).toEqual(first.json());
    expect(first.headers['location']).toBe(`/v1/patients/${first.json().patientId}`);
    expect((await register('Eve', 'key-ada')).json().type).toBe('/problems/idempotency-key-reused');
    const referral = { body: { patient: { name: 'Eve' } }, headers: { 'idempotency-key': 'key-ada' } };
    expect((await house.ask('care-manager', 'POST', '/v1/referrals', referral)).json()).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
  });

  it('has their details corrected, and the rest stays', async () => {
    const { patientId } = (await house.post('care-manager', '/v1/patients', { name: 'Bo', phone: '555-0100' })).json();
    const answer = await correct(patientId, '"0"', { phone: '555-0199' });
    expect(answer.json()).toMatchObject({ details: { name: 'Bo', phone: '555-0199' }, revision: 1 });
  });

  it('is corrected by whoever knows how they stand: what somebody else corrected meanwhile is not overwritten', async () => {
    const { patientId } = (await house.post('care-manager', '/v1/patients', { name: 'Cleo' })).json();
    const seen = (await house.ask('integration', 'GET', `/v1/patients/${patientId}`)).headers['etag'];
    expect((await correct(patientId, seen, { phone: '555-0101' })).statusCode).toBe(201);
    expect((await correct(patientId, seen, { phone: '555-0102' }, 'integration')).json()).toMatchObject({
      status: 412,
      type: '/problems/stale',
      current: 1,
      since: [{ type: 'PatientDetailsCorrected' }],
    });
    expect((await correct(patientId, undefined, { phone: '555-0103' })).statusCode).toBe(428);
    const now = await house.ask('care-manager', 'GET', `/v1/patients/${patientId}`);
    expect([now.json().details.phone, now.headers['etag']]).toEqual(['555-0101', '"1"']);
  });

  it('of another organisation is corrected no more than one that does not exist', async () => {
    const { patientId } = (await house.post('care-manager', '/v1/patients', { name: 'Dov' })).json();
    for (const id of [patientId, '018f2f6e-0000-7000-8000-00000000dead'])
      expect((await correct(id, '"0"', { phone: '555-0104' }, 'integration@elsewhere')).json()).toMatchObject({
        status: 404,
        type: '/problems/not-found',
      });
  });

  it('is read with the episodes that the caller may see', async () => {
    const { patientId, episodeId } = await house.refer();
    await house.upToDate();
    expect((await house.ask('provider', 'GET', `/v1/patients/${patientId}`)).json()).toMatchObject({
      patientId,
      episodes: [{ episodeId, phase: 'referred' }],
    });
    const stranger = (await register('Not theirs')).json().patientId;
    expect((await house.ask('provider', 'GET', `/v1/patients/${stranger}`)).statusCode).toBe(404);
    expect((await house.ask('care-manager@elsewhere', 'GET', `/v1/patients/${patientId}`)).statusCode).toBe(404);
    expect(
      (await house.post('care-manager@elsewhere', `/v1/patients/${patientId}/death`, { source: 'registry' }))
        .statusCode,
    ).toBe(404);
  });

  it('is found by their record number, and whoever registers the number again is told, not refused', async () => {
    const details = { name: 'Dee', recordNumber: 'MRN-7' };
    const first = (await house.post('integration', '/v1/patients', details)).json();
    const second = await house.post('integration', '/v1/patients', details);
    expect(first).toMatchObject({ details, sameRecordNumber: [] });
    expect([second.statusCode, second.json().sameRecordNumber]).toEqual([201, [first.patientId]]);
    const ids = [first.patientId, second.json().patientId].toSorted();
    const find = async (as: string, recordNumber = 'MRN-7') =>
      (await house.ask(as, 'POST', '/v1/patients/lookup', { body: { recordNumber } })).json();
    expect(await find('integration')).toEqual({ items: ids.map((patientId) => ({ patientId, mergedInto: null })) });
    expect(await find('integration@elsewhere')).toEqual({ items: [] });
    expect(await find('integration', 'MRN-')).toEqual({ items: [] });
    expect(await find('provider')).toMatchObject({ status: 403 });
    // A provider is not told who else is a patient here; a record without a number is nobody's duplicate.
    expect((await house.post('provider', '/v1/patients', details)).json().sameRecordNumber).toBeNull();
    for (const recordNumber of ['', ''])
      expect(
        (await house.post('integration', '/v1/patients', { name: 'Eli', recordNumber })).json().sameRecordNumber,
      ).toEqual([]);
    await house.post('supervisor', `/v1/patients/${ids[0]}/merges`, { duplicate: ids[1] });
    await house.upToDate();
    expect((await find('care-manager')).items).toContainEqual({ patientId: ids[1], mergedInto: ids[0] });
  });

  it('is not merged in a circle, in which no record would lead', async () => {
    const [first, second, third] = await Promise.all(
      ['Gil', 'Gill', 'Gilbert'].map(async (name) => (await register(name)).json().patientId),
    );
    const merge = (lead: string, duplicate: string) =>
      house.post('supervisor', `/v1/patients/${lead}/merges`, { duplicate });
    expect((await merge(first, second)).statusCode).toBe(201);
    expect((await merge(second, third)).statusCode).toBe(201);
    expect((await merge(third, first)).json()).toMatchObject({ status: 409, type: '/problems/merged-the-other-way' });
  });

  it('is registered within moments while the views are silent, and who else bears the number is not known', async () => {
    const other = await openHouse();
    const silent = () => new Promise<never>(() => undefined);
    Object.assign(other.readModels.queries, { patientsByRecordNumber: silent });
    const details = { name: 'Fay', recordNumber: 'MRN-9' };
    const answer = await other.post('integration', '/v1/patients', details);
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { details, sameRecordNumber: null }]);
    await other.close();
  });

  it('dies, and may turn out to live', async () => {
    const { patientId } = (await register('Cy')).json();
    expect((await house.post('care-manager', `/v1/patients/${patientId}/death/retraction`)).json()).toMatchObject({
      status: 409,
      type: '/problems/no-death-recorded',
    });
    expect(
      (
        await house.post('care-manager', `/v1/patients/${patientId}/death`, { source: 'family', diedOn: '2026-03-09' })
      ).json(),
    ).toMatchObject({ status: 422, type: '/problems/occurred-in-future' });
    expect(
      (
        await house.post('care-manager', `/v1/patients/${patientId}/death`, { source: 'family', diedOn: '2026-03-01' })
      ).json(),
    ).toMatchObject({ death: { diedOn: '2026-03-01' } });
    expect((await house.post('care-manager', `/v1/patients/${patientId}/death/retraction`)).json()).toMatchObject({
      death: null,
    });
  });

  it('is referred, and their death recorded, while the views are away; a restricted record asks everybody for a reason', async () => {
    const away = await openHouse({ accessLog: () => undefined });
    const { patientId, episodeId } = await away.refer();
    await away.readModels.stop();
    const referred = await away.post('care-manager', '/v1/referrals', { patientId, urgency: 'safety' });
    expect([referred.statusCode, referred.json().episodeId]).toEqual([200, episodeId]);
    const record = `/v1/patients/${patientId}`;
    const dies = (headers = {}) => away.post('care-manager', `${record}/death`, { source: 'family' }, headers);
    expect((await dies()).statusCode).toBe(201);
    await away.post('care-manager', `${record}/death/retraction`);
    expect((await away.post('supervisor', `${record}/labels`, { labels: ['staff'] })).statusCode).toBe(201);
    expect((await dies()).json().type).toBe('/problems/access-reason-needed');
    expect((await dies({ 'access-reason': 'treatment' })).statusCode).toBe(201);
    const list = await away.ask('care-manager', 'GET', '/v1/caseload');
    expect([list.statusCode, list.json().type]).toEqual([503, '/problems/unavailable']);
    await away.close();
  });
});
