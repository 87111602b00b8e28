import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const register = async (): Promise<string> =>
  (await house.post('care-manager', '/v1/patients', { name: 'Ada' })).json().patientId;
const request = (patientId: string, as = 'administrator') =>
  house.post(as, `/v1/patients/${patientId}/erasure-requests`, { reasonCode: 'patient-right' });
const decide = (patientId: string, revision: number, what: string, as = 'supervisor') =>
  house.post(as, `/v1/patients/${patientId}/erasure-requests/${revision}/${what}`);

describe('the erasure of a patient’s data', () => {
  it('is asked for by one person and approved by another; neither answer tells who the patient is', async () => {
    const patientId = await register();
    const asked = await request(patientId);
    expect([asked.statusCode, asked.json()]).toEqual([
      201,
      {
        patientId,
        revision: 1,
        erasureRequest: { revision: 1, reasonCode: 'patient-right', requestedBy: 'user:admin-1' },
        erased: false,
      },
    ]);
    expect((await request(patientId)).statusCode).toBe(200);
    const shown = (await house.ask('supervisor', 'GET', `/v1/patients/${patientId}`)).json();
    expect(shown).toMatchObject({ details: { name: 'Ada' }, erasureRequest: asked.json().erasureRequest });

    const alone = await decide(patientId, 1, 'approval', 'administrator');
    expect(alone.json()).toMatchObject({ status: 409, type: '/problems/second-person-needed' });
    const approved = await decide(patientId, 1, 'approval');
    expect([approved.statusCode, approved.json()]).toEqual([
      201,
      { patientId, revision: 2, erasureRequest: null, erased: true },
    ]);
    expect((await decide(patientId, 1, 'approval')).statusCode).toBe(200);
    expect((await house.ask('supervisor', 'GET', `/v1/patients/${patientId}`)).json()).toMatchObject({
      details: null,
      unreadable: true,
      erased: true,
    });
    expect((await request(patientId)).json()).toMatchObject({ status: 409, type: '/problems/patient-erased' });
  });

  it('can be turned down', async () => {
    const patientId = await register();
    await request(patientId);
    expect((await decide(patientId, 1, 'withdrawal')).json()).toMatchObject({ erasureRequest: null, erased: false });
    expect((await decide(patientId, 1, 'approval')).json()).toMatchObject({
      status: 404,
      type: '/problems/no-such-erasure-request',
    });
  });

  it('waits until nothing is owed to the patient', async () => {
    const { patientId, episodeId, revision } = await house.refer();
    expect((await request(patientId)).json()).toMatchObject({ status: 409, type: '/problems/care-open' });
    const basis = { 'if-match': `"${revision}"` };
    const closed = { reason: 'patient-declined' };
    await house.post('care-manager', `/v1/episodes/${episodeId}/closure`, closed, basis);
    expect((await request(patientId)).statusCode).toBe(201);
  });

  it('makes what a client kept of an episode another representation, though nothing was added to it', async () => {
    const { patientId, episodeId, revision } = await house.refer({ reason: 'secret words' });
    const closed = { reason: 'patient-declined' };
    await house.post('care-manager', `/v1/episodes/${episodeId}/closure`, closed, { 'if-match': `"${revision}"` });
    const read = (etag = '') =>
      house.ask('care-manager', 'GET', `/v1/episodes/${episodeId}`, { headers: { 'if-none-match': etag } });
    const before = await read();
    const kept = String(before.headers['etag']);
    expect((await read(kept)).statusCode).toBe(304);
    await decide(patientId, (await request(patientId)).json().revision, 'approval');
    const after = await read(kept);
    expect([after.statusCode, after.json().revision, after.json().referral.reason]).toEqual([
      200,
      before.json().revision,
      null,
    ]);
    const etag = String(after.headers['etag']);
    expect((await read(etag)).statusCode).toBe(304);
    const voided = { revision: before.json().revision, reasonCode: 'wrong-patient' };
    const onIt = await house.post('care-manager', `/v1/episodes/${episodeId}/voids`, voided, { 'if-match': etag });
    expect([400, 412, 428]).not.toContain(onIt.statusCode);
  });

  it('is nobody’s business elsewhere, and takes a reason from the list', async () => {
    const patientId = await register();
    expect((await request(patientId, 'administrator@elsewhere')).statusCode).toBe(404);
    const answer = await house.post('administrator', `/v1/patients/${patientId}/erasure-requests`, {
      reasonCode: 'bored',
    });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/reasonCode' }] });
  });
});
