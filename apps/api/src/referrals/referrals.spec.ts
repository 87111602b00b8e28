import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessLine } from '../parts.js';
import { openHouse, type House } from '../testing/house.js';

let house: House;
const logged: AccessLine[] = [];
beforeAll(async () => {
  house = await openHouse({ accessLog: (line) => void logged.push(line) });
});
afterAll(() => house.close());

describe('a referral', () => {
  it('of a new patient registers them and opens an episode', async () => {
    const answer = await house.post('provider', '/v1/referrals', {
      patient: { name: 'Ada Example', birthDate: '1980-05-01' },
      urgency: 'urgent',
      reason: 'low mood',
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      201,
      {
        phase: 'referred',
        urgency: 'urgent',
        ordinal: 1,
        site: 'main',
        referral: { referredBy: 'pcp-1', reason: 'low mood' },
      },
    ]);
    expect(answer.headers['location']).toBe(`/v1/episodes/${answer.json().episodeId}`);
    expect((await house.ask('care-manager', 'GET', `/v1/patients/${answer.json().patientId}`)).json()).toMatchObject({
      details: { name: 'Ada Example' },
    });
  });

  it('in an organisation that was never opened is told so', async () => {
    const answer = await house.post('integration@elsewhere', '/v1/referrals', { patient: { name: 'Ada Example' } });
    expect(answer.json()).toMatchObject({ status: 404, type: '/problems/unknown-organisation' });
  });

  it('of a patient whose episode is open is kept there and answered with it', async () => {
    const first = await house.refer();
    const again = await house.post(
      'care-manager',
      '/v1/referrals',
      { patientId: first.patientId, urgency: 'safety' },
      { 'idempotency-key': 'second' },
    );
    expect([again.statusCode, again.json()]).toMatchObject([
      200,
      { episodeId: first.episodeId, urgency: 'safety', referral: { repeats: 1 } },
    ]);
    const retried = await house.post(
      'care-manager',
      '/v1/referrals',
      { patientId: first.patientId, urgency: 'safety' },
      { 'idempotency-key': 'second' },
    );
    expect([retried.statusCode, retried.headers['idempotency-replayed'], retried.json().referral.repeats]).toEqual([
      200,
      'true',
      1,
    ]);
  });

  it('by a machine, of somebody new or known, is answered with the ids alone', async () => {
    const opened = await house.post('integration', '/v1/referrals', { patient: { name: 'Test Patient' }, reason: 'x' });
    const receipt = { episodeId: expect.any(String), patientId: expect.any(String), revision: expect.any(Number) };
    expect([opened.statusCode, opened.json()]).toEqual([201, receipt]);
    const { episodeId, patientId } = opened.json();
    const again = await house.post('integration', '/v1/referrals', { patientId, urgency: 'safety' });
    expect([again.statusCode, again.json()]).toEqual([200, { ...receipt, episodeId, patientId }]);
  });

  it('that is sent again registers nobody twice', async () => {
    const body = { patient: { name: 'Once Only' } };
    const key = { 'idempotency-key': 'one-referral' };
    const [first, again] = [
      await house.post('provider', '/v1/referrals', body, key),
      await house.post('provider', '/v1/referrals', body, key),
    ];
    expect([again.statusCode, again.headers['idempotency-replayed'], again.json()]).toEqual([
      201,
      'true',
      first.json(),
    ]);
    const other = await house.post('provider', '/v1/referrals', { patient: { name: 'Somebody Else' } }, key);
    expect([other.statusCode, other.json().type]).toEqual([422, '/problems/idempotency-key-reused']);
  });

  it('that lies in the future registers nobody, however often it is sent', async () => {
    const before = (await house.store.head())?.position;
    const body = { patient: { name: 'Orphan Only' }, occurredAt: '2027-03-02T10:00:00Z' };
    const refused = await house.post('provider', '/v1/referrals', body);
    expect([refused.statusCode, refused.json().type]).toEqual([422, '/problems/occurred-in-future']);
    expect((await house.store.head())?.position).toBe(before);
  });

  it('from over a year ago asks for a second look at its date, as any act does', async () => {
    const refer = (occurredAt: string) =>
      house.post('integration', '/v1/referrals', { patient: { name: 'Long Ago' }, occurredAt });
    expect((await refer('2025-02-27T09:00:00-05:00')).headers['act-warning']).toBe('occurred-over-a-year-ago');
    expect((await refer('2025-12-29T09:00:00-05:00')).headers['act-warning']).toBeUndefined();
  });

  it('to an unknown site, or of nobody, leaves nothing behind', async () => {
    const before = (await house.store.head())?.position;
    expect(
      (await house.post('provider', '/v1/referrals', { patient: { name: 'Lost' }, site: 'moon' })).json(),
    ).toMatchObject({ type: '/problems/unknown-site', status: 422 });
    expect((await house.post('provider', '/v1/referrals', {})).json()).toMatchObject({
      type: '/problems/malformed-body',
      errors: [{ pointer: '/patientId' }],
    });
    expect(
      (await house.post('provider', '/v1/referrals', { patientId: '018f2f6e-0000-7000-8000-00000000dead' })).statusCode,
    ).toBe(404);
    expect((await house.store.head())?.position).toBe(before);
  });
});

/** Another provider of the organisation than the one who refers everywhere else. */
const stranger = (method: 'GET' | 'POST', url: string, body?: object) =>
  house.ask(null, method, url, {
    ...(body ? { body } : {}),
    headers: { authorization: 'Bearer provider~pcp-9~clinic', 'idempotency-key': crypto.randomUUID() },
  });

describe('a referral of a known patient', () => {
  it('by a provider whose patient it is not is kept, and opens no record to them', async () => {
    const { episodeId, patientId } = await house.refer({ reason: 'low mood' });
    const record = [`/v1/episodes/${episodeId}`, `/v1/patients/${patientId}`];
    const opened = async () => {
      await house.upToDate();
      return Promise.all(record.map(async (url) => (await stranger('GET', url)).statusCode));
    };
    expect(await opened()).toEqual([404, 404]);
    const again = await stranger('POST', '/v1/referrals', { patientId, urgency: 'safety' });
    expect([again.statusCode, again.json()]).toEqual([200, { episodeId, patientId, revision: expect.any(Number) }]);
    expect((await house.ask('care-manager', 'GET', record[0]!)).json()).toMatchObject({
      urgency: 'safety',
      referral: { repeats: 1 },
    });
    expect(await opened()).toEqual([404, 404]);
  });

  it('makes both records theirs, the patient’s and the episode’s, when it began the episode, whoever is responsible', async () => {
    const { episodeId, patientId } = (
      await house.post('care-manager', '/v1/referrals', {
        patient: { name: 'Test Patient' },
        referredBy: 'pcp-9',
        provider: 'pcp-1',
      })
    ).json();
    await house.upToDate();
    for (const url of [`/v1/episodes/${episodeId}`, `/v1/patients/${patientId}`]) {
      expect((await stranger('GET', url)).statusCode).toBe(200);
      expect((await house.ask('provider', 'GET', url)).statusCode).toBe(200);
    }
  });

  it('that is restricted needs a reason, which is logged, unless it is a machine’s or the care team’s', async () => {
    const { episodeId, patientId } = await house.refer();
    await house.post('supervisor', `/v1/patients/${patientId}/labels`, { labels: ['staff'] });
    await house.upToDate();
    const refer = (as: string, headers = {}) => house.post(as, '/v1/referrals', { patientId }, headers);
    const before = (await house.store.head())?.position;
    const refused = await refer('supervisor');
    expect([refused.statusCode, refused.json().type]).toEqual([403, '/problems/access-reason-needed']);
    expect([(await house.store.head())?.position, logged]).toEqual([before, []]);

    const told = await refer('supervisor', { 'access-reason': 'supervision' });
    expect([told.statusCode, told.json().episodeId]).toEqual([200, episodeId]);
    expect(logged).toEqual([expect.objectContaining({ patientId, actor: 'user:sup-1', reason: 'supervision' })]);
    expect((await refer('provider')).json()).toMatchObject({ episodeId, phase: 'referred' });
    expect((await refer('integration')).statusCode).toBe(200);
    expect(logged).toHaveLength(1);
  });
});

describe('whom a referral names', () => {
  const patient = { name: 'Test Patient' };
  const inCharge = async (episodeId: string) => {
    const { careManager, provider } = (await house.ask('auditor', 'GET', `/v1/episodes/${episodeId}`)).json();
    return { careManager, provider };
  };

  it('must be on the staff, unless a machine refers; else nothing is left behind', async () => {
    await house.post('administrator', '/v1/organisation/staff', { staff: 'cm-gone', role: 'care-manager' });
    await house.post('administrator', '/v1/organisation/staff/cm-gone/departure');
    const strangers = { careManager: 'cm-gone', provider: 'ghost' };
    const before = (await house.store.head())?.position;
    const refused = await house.post('provider', '/v1/referrals', { patient, ...strangers });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      {
        type: '/problems/unknown-staff',
        errors: [
          { pointer: '/careManager', detail: 'has left the staff' },
          { pointer: '/provider', detail: 'not on the staff' },
        ],
      },
    ]);
    expect((await house.store.head())?.position).toBe(before);
    const machine = await house.post('integration', '/v1/referrals', { patient, ...strangers });
    expect(machine.statusCode).toBe(201);
  });

  it('is in charge, and whoever enters one is not for that alone', async () => {
    const opened = async (as: string, more = {}) =>
      inCharge((await house.post(as, '/v1/referrals', { patient, ...more })).json().episodeId);
    expect(await opened('integration')).toEqual({ careManager: null, provider: null });
    expect(await opened('care-manager')).toEqual({ careManager: null, provider: null });
    expect(await opened('provider')).toEqual({ careManager: null, provider: 'pcp-1' });
    expect(await opened('care-manager', { careManager: 'cm-2', referredBy: 'pcp-1' })).toEqual({
      careManager: 'cm-2',
      provider: 'pcp-1',
    });
  });

  it('takes over an open episode by a word of the care team; others are told that nobody did', async () => {
    const { episodeId, patientId } = await house.refer();
    const refer = async (as: string, named: object) =>
      (await house.post(as, '/v1/referrals', { patientId, ...named })).headers['act-warning'];
    expect(await refer('integration', { careManager: 'cm-1' })).toBeUndefined();
    expect(await refer('integration', { careManager: 'cm-2' })).toBe('not-assigned');
    expect(await refer('provider', { careManager: 'cm-2' })).toBe('not-assigned');
    expect(await refer('provider', { careManager: 'cm-1', provider: 'pcp-1' })).toBeUndefined();
    expect(await inCharge(episodeId)).toEqual({ careManager: 'cm-1', provider: 'pcp-1' });
    expect(await refer('supervisor', { careManager: 'cm-2' })).toBeUndefined();
    expect(await inCharge(episodeId)).toEqual({ careManager: 'cm-2', provider: 'pcp-1' });
  });

  it('tells a provider whose patient it is not nothing of who is in charge', async () => {
    const { patientId } = await house.refer();
    for (const provider of ['pcp-1', 'cm-1'])
      expect((await stranger('POST', '/v1/referrals', { patientId, provider })).headers['act-warning']).toBe(
        'not-assigned',
      );
  });
});
