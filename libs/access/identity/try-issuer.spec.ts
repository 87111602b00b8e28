import { chmodSync, mkdtempSync, rmSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ROLES, type Role } from '#care';
import { PrivateFileError } from '../private-file.js';
import { InvalidToken } from './invalid-token.js';
import { openTryIssuer, TryIssuerRefused } from './try-issuer.js';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'try-'));
  file = join(dataDir, 'try-issuer.json');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const open = (env: NodeJS.ProcessEnv = {}, at = dataDir) => openTryIssuer({ dataDir: at, env });
const request = { staff: 'cm-1', role: 'care-manager', organisation: 'clinic' } as const;

describe('the issuer of the try profile', () => {
  it.each(ROLES)('issues a token for %s that it accepts', async (role) => {
    const issuer = open();
    const identity = await issuer.verify(await issuer.issue({ ...request, role, name: 'Ana' }));
    const actor = role === 'integration' ? 'integration:cm-1' : 'user:cm-1';
    expect(identity).toEqual({ subject: 'cm-1', role, organisation: 'clinic', actor, name: 'Ana' });
  });

  it('issues access tokens for twelve hours', async () => {
    const bearer = await open().issue(request);
    const claims = decodeJwt(bearer);
    expect(decodeProtectedHeader(bearer)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(claims).toMatchObject({ iss: 'followthrough:try', aud: 'followthrough' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(12 * 3_600);
  });

  it('knows its tokens after a restart, and no other issuer’s', async () => {
    const bearer = await open().issue(request);
    expect((await open().verify(bearer)).subject).toBe('cm-1');
    await expect(open({}, join(dataDir, 'other')).verify(bearer)).rejects.toThrow(InvalidToken);
  });

  it('keeps its key pair for its owner alone', () => {
    open();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(() => open()).toThrow(PrivateFileError);
  });

  it.each([{ NODE_ENV: 'production' }, { NODE_ENV: ' Production ' }, { OIDC_ISSUER: 'https://id.example.org' }])(
    'refuses to run with %j and leaves no key behind',
    (env) => {
      expect(() => open(env)).toThrow(TryIssuerRefused);
      expect(existsSync(file)).toBe(false);
    },
  );

  it('runs where nothing speaks against it', () => {
    expect(() => open({ NODE_ENV: 'development', OIDC_ISSUER: '' })).not.toThrow();
  });

  it('issues no token that nobody would accept', async () => {
    const issuer = open();
    for (const hours of [0, -1, 25, Number.NaN])
      await expect(issuer.issue({ ...request, hours })).rejects.toThrow(RangeError);
    await expect(issuer.issue({ ...request, role: 'root' as Role })).rejects.toThrow(InvalidToken);
    await expect(issuer.issue({ ...request, staff: 'Jane Doe' })).rejects.toThrow(InvalidToken);
  });
});
