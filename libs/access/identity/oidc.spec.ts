import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT, type JWK } from 'jose';
import { IdentityProviderUnavailable, InvalidToken } from './invalid-token.js';
import { createOidcVerifier } from './oidc.js';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
let server: Server;
let issuer: string;
let asked: string[];
let documents: Record<string, unknown>;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const document = documents[request.url ?? ''];
    asked.push(request.url ?? '');
    response.writeHead(document ? 200 : 503).end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' };
  documents = {
    '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    '/keys': { keys: [key] },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const verifier = () => createOidcVerifier({ issuer, audience: 'followthrough' });
const token = async (kid = 'k') =>
  await new SignJWT({ role: 'supervisor', org: 'clinic' })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(issuer)
    .setAudience('followthrough')
    .setSubject('sup-1')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(pair.privateKey);

describe('an OpenID provider', () => {
  it('is asked once for its configuration and its keys', async () => {
    const by = verifier();
    expect(asked).toEqual([]);
    const all = await Promise.all([token(), token(), token()].map(async (bearer) => await by.verify(await bearer)));
    expect(all.map(({ subject }) => subject)).toEqual(['sup-1', 'sup-1', 'sup-1']);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('is not asked again for each unknown key', async () => {
    const by = verifier();
    for (const kid of ['a', 'b', 'c']) await expect(by.verify(await token(kid))).rejects.toThrow(InvalidToken);
    expect(asked.filter((path) => path === '/keys')).toHaveLength(1);
  });

  it('that is away makes nobody’s token invalid, and is not asked once per request', async () => {
    documents = {};
    const by = verifier();
    for (let n = 0; n < 3; n += 1) await expect(by.verify(await token())).rejects.toThrow(IdentityProviderUnavailable);
    expect(asked).toHaveLength(1);
  });

  it('must name itself as the issuer, and keep its keys behind https', async () => {
    const bad: [object, RegExp][] = [
      [{ issuer: 'https://other.example.org', jwks_uri: `${issuer}/keys` }, /names another issuer/],
      [{ issuer, jwks_uri: 'http://keys.example.invalid/keys' }, /needs https/],
      [{ issuer, jwks_uri: 'file:///etc/passwd' }, /needs https/],
      [{ issuer }, /needs https/],
    ];
    for (const [configuration, why] of bad) {
      documents['/.well-known/openid-configuration'] = configuration;
      const error: unknown = await verifier()
        .verify(await token())
        .catch((refused: unknown) => refused);
      expect(error).toBeInstanceOf(IdentityProviderUnavailable);
      expect(String((error as Error).cause)).toMatch(why);
    }
    expect(asked).not.toContain('/keys');
  });

  it('must itself be behind https, except on this machine', () => {
    const open = (address: string) => () => createOidcVerifier({ issuer: address, audience: 'followthrough' });
    expect(open('http://id.example.org')).toThrow(/https/);
    expect(open('http://localhost.example.org')).toThrow(/https/);
    expect(open('https://id.example.org')).not.toThrow();
    expect(open('http://localhost:8080/realms/clinic')).not.toThrow();
  });

  it('is not asked about a token with an algorithm that is not accepted', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    await expect(verifier().verify(`${header}.e30.`)).rejects.toThrow(InvalidToken);
    expect(asked).toEqual([]);
  });
});
