import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY } from '#care';
import { openHouse, type House } from '../testing/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('the organisation', () => {
  it('is read with sites, cover and pathway', async () => {
    const answer = await house.ask('integration', 'GET', '/v1/organisation');
    expect(answer.json()).toMatchObject({
      organisation: 'clinic',
      sites: [{ site: 'main', calendar: { zone: 'America/New_York' } }],
      pathway: { id: DEFAULT_PATHWAY.id },
    });
    expect(
      (
        await house.ask('integration', 'GET', '/v1/organisation', {
          headers: { 'if-none-match': String(answer.headers['etag']) },
        })
      ).statusCode,
    ).toBe(304);
  });

  it('gains and loses staff, and arranges cover', async () => {
    expect(
      (
        await house.post('administrator', '/v1/organisation/staff', {
          staff: 'cm-7',
          role: 'care-manager',
          name: 'New Here',
        })
      ).statusCode,
    ).toBe(201);
    expect(
      (await house.post('administrator', '/v1/organisation/staff', { staff: 'cm-7', role: 'care-manager' })).json(),
    ).toMatchObject({ status: 409, type: '/problems/staff-exists' });
    const cover = {
      absent: 'cm-7',
      cover: 'cm-2',
      from: '2026-03-03T08:00:00-05:00',
      until: '2026-03-10T08:00:00-05:00',
    };
    expect((await house.post('supervisor', '/v1/organisation/coverage', cover)).json().coverage).toEqual([
      { absent: 'cm-7', cover: 'cm-2', from: '2026-03-03T13:00:00.000Z', until: '2026-03-10T13:00:00.000Z' },
    ]);
    expect((await house.post('administrator', '/v1/organisation/staff/cm-7/departure')).statusCode).toBe(201);
    expect((await house.post('administrator', '/v1/organisation/staff/cm-8/departure')).json()).toMatchObject({
      status: 422,
      type: '/problems/unknown-staff',
    });
    expect((await house.ask('supervisor', 'GET', '/v1/staff')).json().items).toContainEqual({
      staff: 'cm-7',
      role: 'care-manager',
      site: null,
      active: false,
      name: 'New Here',
    });
  });

  it('sets the hours of a site', async () => {
    const { calendar } = (await house.ask('administrator', 'GET', '/v1/organisation')).json().sites[0];
    const closed = { calendar: { ...calendar, closures: ['2026-03-06'] } };
    expect(
      (await house.post('administrator', '/v1/organisation/sites/main/hours', closed)).json().sites[0].calendar
        .closures,
    ).toEqual(['2026-03-06']);
    expect((await house.post('administrator', '/v1/organisation/sites/main/hours', closed)).statusCode).toBe(200);
    expect(
      (
        await house.post('administrator', '/v1/organisation/sites/main/hours', {
          calendar: { ...calendar, zone: 'Mars/Base' },
        })
      ).json(),
    ).toMatchObject({ status: 422, errors: [{ pointer: '/calendar/zone' }] });
  });

  it('keeps what somebody else set when hours are set upon what was seen before', async () => {
    const read = async () => house.ask('administrator', 'GET', '/v1/organisation');
    const before = await read();
    const seen = { 'if-match': String(before.headers['etag']) };
    const { calendar } = before.json().sites[0];
    const close = (day: string) => ({ calendar: { ...calendar, closures: [day] } });
    const set = (body: object) => house.post('administrator', '/v1/organisation/sites/main/hours', body, seen);
    expect((await set(close('2026-03-09'))).statusCode).toBe(201);
    expect((await set(close('2026-03-10'))).json()).toMatchObject({
      status: 412,
      type: '/problems/stale',
      since: [{ type: 'SiteHoursSet' }],
    });
    expect((await read()).json().sites[0].calendar.closures).toEqual(['2026-03-09']);
  });
});

describe('the pathway and the questionnaires', () => {
  it('are data that everybody may read', async () => {
    expect((await house.ask('integration', 'GET', '/v1/pathway')).json()).toMatchObject({
      id: DEFAULT_PATHWAY.id,
      parameters: expect.any(Object),
    });
    expect(
      (await house.ask('auditor', 'GET', '/v1/instruments')).json().items.map(({ code }: { code: string }) => code),
    ).toEqual(['PHQ-9', 'GAD-7', 'PHQ-A', 'PHQ-2', 'GAD-2', 'EPDS', 'PCL-5', 'PC-PTSD-5', 'AUDIT-C', 'C-SSRS']);
  });
});

describe('an operator', () => {
  it('wakes every open episode', async () => {
    expect((await house.ask('administrator', 'POST', '/v1/operations/poke', { body: { rate: 20 } })).statusCode).toBe(
      202,
    );
    expect(house.pokes).toEqual([{ reason: 'operator', rate: 20 }]);
  });

  it('is told when there is no workflow to wake', async () => {
    const asked: unknown[] = [];
    const away = await openHouse({
      operations: { canPoke: () => false, pokeOpen: async (one) => asked.push(one), repinProgress: () => null },
    });
    const answer = await away.ask('administrator', 'POST', '/v1/operations/poke', { body: {} });
    await away.close();
    expect([answer.statusCode, answer.json().type, asked]).toEqual([503, '/problems/unavailable', []]);
  });
});
