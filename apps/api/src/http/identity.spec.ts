import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdentityProviderUnavailable, type Identity, type Verifier } from '#access';
import { fixedClock } from '#door';
import { openHouse, type House } from '../testing/house.js';
import { identify, rememberIdentities, whileOnStaff } from './identity.js';

const identityOf = (subject: string): Identity => ({
  ...{ subject, role: 'care-manager', organisation: 'clinic', actor: `user:${subject}` },
});
/** Whose token it is stands in it. */
const anybody = { verify: async (bearer: string) => identityOf(bearer) };

let house: House;
const staff = (path: string, body: object = {}) =>
  house.post('administrator', `/v1/organisation/staff${path}`, body, {});
const read = (subject: string) =>
  house.app.inject({
    method: 'GET',
    url: '/v1/caseload',
    headers: { authorization: `Bearer care-manager~${subject}~clinic` },
  });

/** A request that was let in, as a handler has it. */
async function letIn(verifier: Verifier, subject: string): Promise<FastifyRequest> {
  const request = {
    headers: { authorization: `Bearer ${subject}` },
    routeOptions: { config: { contract: { operation: 'readCaseload' } } },
  } as unknown as FastifyRequest;
  await identify(verifier)(request, {} as FastifyReply);
  return request;
}

beforeAll(async () => {
  house = await openHouse();
  for (const one of ['cm-8', 'cm-9']) await staff('', { staff: one, role: 'care-manager' });
});
afterAll(() => house.close());

describe('whoever has left', () => {
  it('is refused with a token that still runs; others are not', async () => {
    await staff('/cm-9/departure');
    const refused = await read('cm-9');
    expect([refused.statusCode, refused.json()]).toMatchObject([
      401,
      { type: '/problems/unauthenticated', detail: 'The bearer of the token is no longer on the staff.' },
    ]);
    expect(refused.headers['www-authenticate']).toContain('Bearer');
    for (const subject of ['cm-8', 'on-no-list']) expect((await read(subject)).statusCode).toBe(200);
  });

  it('is let in again when they are on the staff again', async () => {
    await staff('', { staff: 'cm-9', role: 'care-manager' });
    expect((await read('cm-9')).statusCode).toBe(200);
  });

  it('is known half a minute later by a token that was just used', async () => {
    let now = 0;
    const { organisations } = house.parts.runtime;
    const { verify } = rememberIdentities(whileOnStaff(anybody, organisations), () => now);
    expect(await verify('cm-8')).toMatchObject({ subject: 'cm-8' });
    await staff('/cm-8/departure');
    now = 30_000;
    await expect(verify('cm-8')).rejects.toMatchObject({ reason: 'left' });
  });

  it('is let in no longer by a request that goes on', async () => {
    const request = await letIn(whileOnStaff(anybody, house.parts.runtime.organisations), 'cm-9');
    expect(await request.stillLetIn()).toBe(true);
    await staff('/cm-9/departure');
    expect(await request.stillLetIn()).toBe(false);
  });

  it('is let in still while the provider of identities cannot be asked', async () => {
    let isAway = false;
    const verify = async (bearer: string) => {
      if (isAway) throw new IdentityProviderUnavailable();
      return anybody.verify(bearer);
    };
    const request = await letIn({ verify }, 'cm-1');
    isAway = true;
    expect(await request.stillLetIn()).toBe(true);
  });

  it('is not known while the log is away or silent, and nobody is kept out', async () => {
    const silent = new Promise<never>(() => undefined);
    for (const load of [() => Promise.reject(new Error('away')), () => silent]) {
      const { verify } = whileOnStaff(anybody, { load });
      expect(await verify('cm-1')).toMatchObject({ subject: 'cm-1' });
    }
  });
});

describe('a provider who covers for another', () => {
  it('opens the records of their patients, which are on their worklist, for as long', async () => {
    for (const one of ['pcp-7', 'pcp-8']) await staff('', { staff: one, role: 'provider' });
    const cover = { absent: 'pcp-1', cover: 'pcp-7', from: '2026-03-02T13:00:00Z', until: '2026-03-03T13:00:00Z' };
    expect((await house.post('supervisor', '/v1/organisation/coverage', cover)).statusCode).toBe(201);
    const { episodeId } = await house.refer();
    const open = (subject: string) =>
      house.app.inject({
        method: 'GET',
        url: `/v1/episodes/${episodeId}`,
        headers: { authorization: `Bearer provider~${subject}~clinic` },
      });
    expect([(await open('pcp-7')).statusCode, (await open('pcp-8')).statusCode]).toEqual([200, 404]);

    const anyProvider = { verify: async (bearer: string) => ({ ...identityOf(bearer), role: 'provider' as const }) };
    const { organisations } = house.parts.runtime;
    const standsInFor = async (at: string) =>
      (await whileOnStaff(anyProvider, organisations, fixedClock(at)).verify('pcp-7')).standsInFor;
    expect(await standsInFor('2026-03-03T12:59:59Z')).toEqual(['pcp-1']);
    expect(await standsInFor('2026-03-03T13:00:00Z')).toEqual([]);
  });
});
