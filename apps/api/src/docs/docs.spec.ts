import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MATRIX, PUBLIC } from '#access';
import { DECIDING_COMMANDS } from '#care';
import { operationOf } from '../episodes/acts.js';
import { PROBLEMS } from '../http/problems.js';
import { openHouse, type House } from '../testing/house.js';

type Operation = {
  operationId: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { required: boolean };
  responses: Record<string, { description: string; content?: object }>;
  'x-roles'?: string[];
  security?: unknown[];
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; headers: Record<string, object> };
};

let house: House;
let document: Document;
beforeAll(async () => {
  house = await openHouse();
  document = (await house.ask(null, 'GET', '/openapi.json')).json();
});
afterAll(() => house.close());

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [method.toUpperCase(), path, operation] as [string, string, Operation],
    ),
  );

/** Every `$ref` anywhere. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === '$ref' ? [String(item)] : references(item)));
}

describe('the API document', () => {
  it('is OpenAPI 3.1 and holds every route under its operation, with its roles', () => {
    expect(document.openapi).toBe('3.1.0');
    const described = operations().map(([method, path, { operationId }]) => `${method} ${path} ${operationId}`);
    for (const { method, path, operation, roles } of MATRIX) {
      expect(described).toContain(`${method} ${path} ${operation}`);
      expect(document.paths[path]?.[method.toLowerCase()]?.['x-roles']).toEqual(roles);
    }
    for (const { path } of PUBLIC) expect(document.paths[path]?.['get']?.security).toEqual([]);
    expect(new Set(operations().map(([, , { operationId }]) => operationId)).size).toBe(operations().length);
  });

  it('refers only to what it holds', () => {
    const missing = references(document).filter((reference) => {
      const [, , kind, name] = reference.split('/') as [string, string, 'schemas' | 'headers', string];
      return !reference.startsWith('#/components/') || !(name in document.components[kind]);
    });
    expect(missing).toEqual([]);
  });

  it('describes every path parameter, header and body that is checked', () => {
    for (const [method, path, operation] of operations()) {
      const names = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect(names.toSorted()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted());
      expect(operation.requestBody !== undefined).toBe(method === 'POST');
      const required = operation.parameters
        .filter((one) => one.in === 'header' && one.required)
        .map(({ name }) => name);
      if (
        method === 'POST' &&
        !['findPatients', 'importActs', 'poke', 'previewPathway'].includes(operation.operationId)
      )
        expect(required).toContain('Idempotency-Key');
      expect(required.includes('If-Match')).toBe(
        [...DECIDING_COMMANDS, 'CorrectPatientDetails'].map(operationOf).includes(operation.operationId),
      );
    }
  });

  it('asks for a body only where a field is needed', () => {
    const isRequired = (act: string) => document.paths[`/v1/episodes/{id}/${act}`]?.['post']?.requestBody?.required;
    expect(['notes', 'holds/current/end', 'safety-concerns', 'assessments'].map(isRequired)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('lists every problem with its page, and a success with its shape', () => {
    for (const [, , { responses }] of operations()) {
      const linked = Object.entries(responses).flatMap(([status, { description }]) =>
        [...description.matchAll(/\/problems\/([a-z-]+)/g)].map(([, slug]) => [status, slug] as const),
      );
      for (const [status, slug] of linked) expect(PROBLEMS[slug as keyof typeof PROBLEMS].status).toBe(Number(status));
      expect(Object.keys(responses)).toContain('500');
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
    }
    const named = Object.keys(document.components.schemas);
    expect(named).toEqual(
      expect.arrayContaining([
        'Episode',
        'FollowUp',
        'CaseloadRow',
        'WorklistRow',
        'CloudEvent',
        'Problem',
        'RecordVisit',
        'Patient',
        'TimelineEntry',
        'Readiness',
      ]),
    );
  });

  it('names the problems that an endpoint really answers', async () => {
    const { episodeId, patientId } = await house.refer();
    const act = (name: string) => [`/v1/episodes/{id}/${name}`, `/v1/episodes/${episodeId}/${name}`] as const;
    const long = 'x'.repeat(300);
    const ancient = { occurredAt: '1899-01-01T00:00:00Z' };
    const answers = [
      [...act('notes'), { text: 'x', ...ancient }],
      ['/v1/referrals', '/v1/referrals', { patientId, ...ancient }],
      ['/v1/patients/{id}/death', `/v1/patients/${patientId}/death`, { source: 'family', ...ancient }],
      ['/v1/patients/{id}/labels', `/v1/patients/${long}/labels`, { labels: ['test'] }],
    ] as const;
    for (const [path, url, body] of answers) {
      const { type, status } = (await house.post('supervisor', url, body)).json();
      expect(status).toBeGreaterThanOrEqual(400);
      expect(document.paths[path]?.['post']?.responses[status]?.description).toContain(`(${type})`);
    }
    const refused = await house.post('supervisor', `/v1/episodes/${episodeId}/holds/current/end`);
    expect(refused.json()).toMatchObject({ status: 409, type: '/problems/not-on-hold' });
    expect(document.paths['/v1/episodes/{id}/holds/current/end']?.['post']?.responses['409']?.description).toContain(
      'the rules of this act',
    );
  });

  it('is the same document each time', async () => {
    const other = await openHouse();
    expect((await other.ask(null, 'GET', '/openapi.json')).body).toBe(
      (await house.ask(null, 'GET', '/openapi.json')).body,
    );
    await other.close();
  });
});

describe('a page', () => {
  it.each(['/', '/docs', '/problems/stale'])(
    '%s is whole HTML without scripts, under a policy that allows its one style sheet',
    async (path) => {
      const answer = await house.ask(null, 'GET', path);
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.body).toMatch(/^<!doctype html>[^]*<\/html>$/);
      expect(answer.body).not.toContain('<script');
      const [, style = ''] = /<style>([^]*)<\/style>/.exec(answer.body) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      expect(answer.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    },
  );

  it('says how the house is and how to make a first request', async () => {
    const { body } = await house.ask(null, 'GET', '/');
    expect(body).toContain('npx followthrough token --role care-manager');
    expect(body).toContain('less than the full house');
  });

  it('of the guide has an entry for every operation', async () => {
    const { body } = await house.ask(null, 'GET', '/docs');
    for (const { operation } of MATRIX) expect(body).toContain(`id="${operation}"`);
  });
});
