import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MATRIX, PUBLIC } from '#access';
import { ROLES } from '#care';
import { Routes } from './routes.js';
import { openHouse, type House } from '../testing/house.js';

let house: House;
let routes: Routes;
beforeAll(async () => {
  house = await openHouse();
  routes = house.app.get(Routes);
});
afterAll(() => house.close());

const NOWHERE = '018f2f6e-0000-7000-8000-00000000dead';
const addressOf = (path: string): string =>
  path
    .replace('{followUpId}', 'contact:1:1')
    .replace('{site}', 'main')
    .replace('{staff}', 'cm-9')
    .replace('{flag}', 'urgent')
    .replace('{slug}', 'stale')
    .replace('{id}', NOWHERE)
    .replaceAll(/\{\w+\}/g, '1');
/** HEAD stands for an endless GET: an answer that never ends cannot be waited for. */
const methodOf = ({ method, operation }: (typeof MATRIX)[number]) => (operation === 'streamEvents' ? 'HEAD' : method);

describe('the published matrix', () => {
  it('is served in full, and nothing is served beside it', () => {
    const served = routes.all
      .filter(({ isPublic, method }) => !isPublic && method !== 'HEAD')
      .map(({ method, path, contract }) => `${method} ${path} ${contract.operation}`);
    expect(served.toSorted()).toEqual(
      MATRIX.map(({ method, path, operation }) => `${method} ${path} ${operation}`).toSorted(),
    );
  });

  it('lists everything that is served without an identity', () => {
    const open = routes.all.filter(({ isPublic, method }) => isPublic && method !== 'HEAD');
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      PUBLIC.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
  });

  it('gives every operation one name', () => {
    const names = routes.all.filter(({ method }) => method !== 'HEAD').map(({ contract }) => contract.operation);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(MATRIX.map((row) => [row.operation, row] as const))(
    '%s: each role as it says, nobody without an identity',
    async (_operation, row) => {
      const url = addressOf(row.path);
      const nobody = await house.ask(null, methodOf(row), url);
      expect(nobody.statusCode).toBe(401);
      for (const role of ROLES) {
        const { statusCode } = await house.ask(
          role,
          methodOf(row),
          url,
          row.method === 'POST' ? { body: { unknown: true } } : {},
        );
        const allowed = (row.roles as readonly string[]).includes(role);
        expect({ role, denied: statusCode === 403 }).toEqual({ role, denied: !allowed });
        expect({ role, statusCode, broken: statusCode === 401 || statusCode >= 500 }).toMatchObject({ broken: false });
      }
    },
  );

  it.each(PUBLIC.map(({ method, path }) => [path, method] as const))(
    '%s answers without an identity',
    async (path, method) => {
      expect((await house.ask(null, method, addressOf(path))).statusCode).toBe(200);
    },
  );
});

describe('a route', () => {
  const contract = { operation: 'readCaseload', summary: '', tag: '', answers: {} };

  it('that declares no operation stops the start', () => {
    expect(() => new Routes().add('GET', '/v1/caseload', undefined)).toThrow('declares no operation');
  });

  it('that the matrix does not know stops the start', () => {
    expect(() => new Routes().add('GET', '/v1/secrets', contract)).toThrow('missing in the matrix');
  });

  it('that the matrix knows under another operation stops the start', () => {
    expect(() => new Routes().add('GET', '/v1/worklist', contract)).toThrow('readWorklist in the matrix');
    expect(() => new Routes().add('GET', '/v1/caseload', contract)).not.toThrow();
  });
});
