import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DoorUnavailable } from '#door';
import { CARE_PROBLEMS } from './care-problems.js';
import { isProblemSlug, PROBLEMS } from './problems.js';
import { openHouse, type House } from '../testing/house.js';

let house: House;
let episode: string;
beforeAll(async () => {
  house = await openHouse();
  episode = `/v1/episodes/${(await house.refer()).episodeId}`;
});
afterAll(() => house.close());

const NOWHERE = '/v1/episodes/018f2f6e-0000-7000-8000-00000000dead';

describe('a problem', () => {
  it('is problem+json of a published type, traceable, without a stack', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await house.ask('care-manager', 'GET', `${NOWHERE}?atRevision=1`, { headers: { traceparent } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toEqual({
      type: '/problems/not-found',
      title: PROBLEMS['not-found'].title,
      status: 404,
      instance: NOWHERE,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(answer.headers['traceparent']).toBe(traceparent);
  });

  it.each([
    ['a body that is no JSON', { payload: '{', type: 'application/json' }, 'malformed-request'],
    ['a body of another kind', { payload: '<x/>', type: 'application/xml' }, 'unsupported-media-type'],
    ['a form', { payload: 'a=b', type: 'application/x-www-form-urlencoded' }, 'unsupported-media-type'],
    [
      'a body that is too large',
      { payload: JSON.stringify({ text: 'x'.repeat(300_000) }), type: 'application/json' },
      'too-large',
    ],
    ['a body that is a list', { payload: '[]', type: 'application/json' }, 'malformed-body'],
  ])('answers %s', async (_what, { payload, type }, slug) => {
    const answer = await house.post('care-manager', `${episode}/notes`, payload as never, { 'content-type': type });
    expect([answer.statusCode, answer.json().type]).toEqual([
      PROBLEMS[slug as keyof typeof PROBLEMS].status,
      `/problems/${slug}`,
    ]);
  });

  it('names every field that is wrong, missing or unknown', async () => {
    const answer = await house.post('care-manager', `${episode}/visits`, {
      contact: { kind: 'chat', 'odd/field': 1 },
      minutes: -1,
      more: true,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { pointer: '/contact/kind', detail: expect.stringContaining('Invalid option') },
        { pointer: '/contact/modality', detail: expect.stringContaining('Invalid option') },
        { pointer: '/contact/odd~1field', detail: 'unknown field' },
        { pointer: '/minutes', detail: expect.any(String) },
        { pointer: '/more', detail: 'unknown field' },
      ]),
    );
  });

  it('never repeats what was sent', async () => {
    const answer = await house.post('care-manager', `${episode}/notes`, { text: 5, secret: 'Jane Doe' });
    expect(answer.body).not.toContain('Jane');
    expect(answer.json().errors).toContainEqual({ pointer: '/secret', detail: 'unknown field' });
  });

  it('drops keys that would reach a prototype', async () => {
    const payload = '{"text":"kept","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    const answer = await house.post('care-manager', `${episode}/notes`, payload as never, {
      'content-type': 'application/json',
    });
    expect(answer.statusCode).toBe(201);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('tells another method from another address', async () => {
    const other = await house.ask('care-manager', 'PUT', '/v1/caseload');
    expect([other.statusCode, other.headers['allow'], other.json().type]).toEqual([
      405,
      'GET, HEAD',
      '/problems/method-not-allowed',
    ]);
    const nowhere = await house.ask('care-manager', 'GET', '/v1/secrets');
    expect([nowhere.statusCode, nowhere.json().type]).toEqual([404, '/problems/not-found']);
  });

  it('answers addresses that cannot be read', async () => {
    expect((await house.ask(null, 'GET', '/v1/%zz')).json().type).toBe('/problems/malformed-request');
    expect((await house.ask('care-manager', 'GET', `/v1/episodes/${'x'.repeat(300)}`)).json().type).toBe(
      '/problems/uri-too-long',
    );
    expect((await house.ask('care-manager', 'GET', '/v1/episodes/not-a-uuid')).json().type).toBe('/problems/not-found');
  });

  it('names unknown and wrong query parameters', async () => {
    const answer = await house.ask('care-manager', 'GET', '/v1/caseload?limit=900&colour=red');
    expect(answer.json()).toMatchObject({
      type: '/problems/malformed-query',
      errors: expect.arrayContaining([{ pointer: '/colour', detail: 'unknown field' }]),
    });
    expect(answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/limit');
  });

  it('names every parameter of an address that takes none, but for pages and probes', async () => {
    for (const url of ['/v1/instruments?nonsense=1', '/v1/organisation?nonsense=1'])
      expect((await house.ask('supervisor', 'GET', url)).json()).toMatchObject({
        type: '/problems/malformed-query',
        errors: [{ pointer: '/nonsense', detail: 'unknown field' }],
      });
    const written = await house.post('care-manager', `${episode}/notes?nonsense=1`, { text: 'x' });
    expect([written.statusCode, written.json().type]).toEqual([400, '/problems/malformed-query']);
    expect((await house.ask(null, 'GET', '/health/live?now=1')).statusCode).toBe(200);
  });

  it.each([
    ['/v1/caseload?limit=1&limit=2', '/limit', 'is given more than once'],
    ['/v1/caseload?limit=', '/limit', 'not a whole number'],
    ['/v1/caseload?limit=1e1', '/limit', 'not a whole number'],
    [`${NOWHERE}?atRevision=`, '/atRevision', 'not a whole number'],
    ['/v1/caseload?limit=0', '/limit', 'Too small: expected number to be >=1'],
    ['/v1/caseload?limit=201', '/limit', 'Too big: expected number to be <=200'],
  ])('%s is no number that can be used', async (url, pointer, detail) => {
    const answer = await house.ask('care-manager', 'GET', url);
    expect([answer.statusCode, answer.json().errors]).toEqual([400, [{ pointer, detail }]]);
  });

  it('answers a body that is null, and takes none at all where no field is needed', async () => {
    const type = { 'content-type': 'application/json' };
    const path = `${episode}/safety-concerns`;
    expect((await house.post('care-manager', path, 'null' as never, type)).json()).toMatchObject({
      type: '/problems/malformed-body',
      errors: [{ pointer: '' }],
    });
    const bare = await house.ask('care-manager', 'POST', path, { headers: { 'idempotency-key': 'no-body' } });
    expect(bare.statusCode).toBe(201);
  });

  it('answers what is no request too', async () => {
    await house.app.listen(0, '127.0.0.1');
    const { port } = new URL(await house.app.getUrl());
    const raw = async (request: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(request);
      return textOf(socket);
    };
    const told = (answer: string) => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(/\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n/);
      expect(head).toContain(`content-length: ${Buffer.byteLength(body)}\r\n`);
      return [head.split(' ')[1], JSON.parse(body).type, JSON.parse(body).instance];
    };
    const large = `GET /health/live HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(told(await raw(large))).toEqual(['431', '/problems/headers-too-large', '/']);
    expect(told(await raw('NONSENSE\r\n\r\n'))).toEqual(['400', '/problems/malformed-request', '/']);
  });

  it('asks for a token in the words of HTTP', async () => {
    for (const authorization of ['', 'Basic abc', 'Bearer nonsense']) {
      const answer = await house.ask(null, 'GET', '/v1/caseload', { headers: { authorization } });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    }
  });
});

describe('a fault', () => {
  it('of the store is a 503 that says when to retry and what is known', async () => {
    const away = await openHouse();
    away.parts.runtime.episodes.handle = () =>
      Promise.reject(new DoorUnavailable('away', { outcome: 'outcome-unknown' }));
    const answer = await away.post('care-manager', `${NOWHERE}/notes`, { text: 'x' });
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().type]).toEqual([
      503,
      '2',
      '/problems/unavailable',
    ]);
    expect(answer.json().detail).toContain('never recorded twice');
    await away.close();
  });

  it('of ours that keeps an act from being written down names the field, to the caller and in the log', async () => {
    const logged: string[] = [];
    const broken = await openHouse({ faultLog: (message) => logged.push(message) });
    const { episodeId } = await broken.refer();
    const { handle } = broken.parts.runtime.episodes;
    broken.parts.runtime.episodes.handle = (id, envelope) =>
      handle.call(broken.parts.runtime.episodes, id, {
        ...envelope,
        command: { type: 'LogTime', minutes: 0, activity: 'record' },
      });
    const answer = await broken.post('care-manager', `/v1/episodes/${episodeId}/notes`, { text: 'x' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { type: '/problems/not-recordable', detail: 'TimeLogged facts: seconds too_small' },
    ]);
    expect(logged).toEqual([expect.stringMatching(/trace [0-9a-f]{32}: TimeLogged facts: seconds too_small$/)]);
    await broken.close();
  });

  it('of ours is logged and shows nothing of itself', async () => {
    const logged: unknown[] = [];
    const broken = await openHouse({ faultLog: (message, fault) => logged.push(message, fault) });
    broken.parts.runtime.episodes.load = () => Promise.reject(new Error('secret detail'));
    const answer = await broken.ask('care-manager', 'GET', NOWHERE);
    expect(answer.json()).toEqual({
      type: '/problems/internal',
      title: PROBLEMS.internal.title,
      status: 500,
      instance: NOWHERE,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(logged).toEqual([
      expect.stringContaining(answer.json().traceId),
      expect.objectContaining({ message: 'secret detail' }),
    ]);
    await broken.close();
  });
});

describe('every answer', () => {
  it('carries security headers, is not stored, and opens nothing to other sites', async () => {
    for (const answer of [await house.ask('care-manager', 'GET', episode), await house.ask(null, 'GET', '/nowhere')]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the catalogue', () => {
  it('has a page for every type', async () => {
    for (const [slug, { title }] of Object.entries(PROBLEMS)) {
      const page = await house.ask(null, 'GET', `/problems/${slug}`);
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.body).toContain(title.replaceAll("'", '&#39;'));
    }
    expect((await house.ask(null, 'GET', '/problems/none-such')).statusCode).toBe(404);
  });

  it('publishes every refusal of the domain and the door, and no other', () => {
    const codes = ['libs/care', 'libs/door']
      .flatMap((folder) => sources(folder))
      .flatMap((text) =>
        [...text.matchAll(/(?:refuse|refusal)\(\s*'([a-z-]+)'|code: '([a-z-]+)',/g)].map(
          (found) => found[1] ?? found[2] ?? '',
        ),
      );
    // Those that must not differ from "not found", and zod's own.
    const published = codes.filter((code) => !['unknown-patient', 'not-found', 'custom'].includes(code));
    expect(published.length).toBeGreaterThan(40);
    expect(published.filter((code) => !isProblemSlug(code))).toEqual([]);
    expect(Object.keys(CARE_PROBLEMS).filter((code) => code !== 'act-not-possible' && !codes.includes(code))).toEqual(
      [],
    );
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.includes('testing'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
