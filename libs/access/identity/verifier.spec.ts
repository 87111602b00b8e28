import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT, type JSONWebKeySet, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { ROLES } from '#care';
import { InvalidToken, type InvalidTokenReason } from './invalid-token.js';
import { createVerifier } from './verifier.js';

const issuer = 'https://id.example.org';
const audience = 'followthrough';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
const now = () => Math.floor(Date.now() / 1000);

interface Forgery {
  readonly header?: Partial<JWTHeaderParameters>;
  readonly claims?: JWTPayload;
  readonly without?: readonly string[];
  readonly key?: KeyObject;
}

async function token({ header = {}, claims = {}, without = [], key = rsa.privateKey }: Forgery = {}): Promise<string> {
  const all: JWTPayload = {
    iss: issuer,
    aud: audience,
    sub: 'cm-1',
    role: 'care-manager',
    org: 'clinic',
    iat: now(),
    exp: now() + 600,
    ...claims,
  };
  const kept = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  return await new SignJWT(kept).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'rsa', ...header }).sign(key);
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand: jose itself would not sign such a thing. */
async function crafted(header: object, sign: (input: string) => string): Promise<string> {
  const [, payload] = (await token()).split('.');
  const input = `${encoded(header)}.${payload}`;
  return `${input}.${sign(input)}`;
}

const verifier = createVerifier({ issuer, audience, publicKey: rsa.publicKey });
const reason = async (bearer: string, by = verifier): Promise<InvalidTokenReason> => {
  const error: unknown = await by.verify(bearer).then(
    () => new Error('accepted'),
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(InvalidToken);
  return (error as InvalidToken).reason;
};

describe('a good token', () => {
  it('identifies a person', async () => {
    expect(await verifier.verify(await token({ claims: { name: 'Ana' } }))).toEqual({
      subject: 'cm-1',
      role: 'care-manager',
      organisation: 'clinic',
      actor: 'user:cm-1',
      name: 'Ana',
    });
  });

  it('identifies an integration as such', async () => {
    const identity = await verifier.verify(await token({ claims: { sub: 'lab', role: 'integration' } }));
    expect(identity).toEqual({ subject: 'lab', role: 'integration', organisation: 'clinic', actor: 'integration:lab' });
  });

  it.each(ROLES)('may name the role %s', async (role) => {
    expect((await verifier.verify(await token({ claims: { role } }))).role).toBe(role);
  });

  it.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ])('may be signed with %s', async (alg, pair) => {
    const by = createVerifier({ issuer, audience, publicKey: pair.publicKey });
    expect((await by.verify(await token({ header: { alg }, key: pair.privateKey }))).subject).toBe('cm-1');
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT'])('may be of type %s', async (typ) => {
    expect((await verifier.verify(await token({ header: { typ } }))).subject).toBe('cm-1');
  });

  it('may be meant for several services, and be off by less than a minute', async () => {
    const claims = { aud: ['other', audience], nbf: now() + 30, iat: now() + 30, exp: now() - 30 };
    expect((await verifier.verify(await token({ claims }))).subject).toBe('cm-1');
  });
});

describe('an attack', () => {
  const years = 10 * 365 * 86_400;
  const forged: [string, InvalidTokenReason, Forgery][] = [
    ['another issuer', 'issuer', { claims: { iss: 'https://evil.example.org' } }],
    ['an issuer that begins like ours', 'issuer', { claims: { iss: `${issuer}.evil.example.org` } }],
    ['no issuer', 'claims', { without: ['iss'] }],
    ['another audience', 'audience', { claims: { aud: 'payroll' } }],
    ['several other audiences', 'audience', { claims: { aud: ['payroll', 'followthrough2'] } }],
    ['no audience', 'claims', { without: ['aud'] }],
    ['expired', 'expired', { claims: { iat: now() - 700, exp: now() - 90 } }],
    ['no expiry', 'claims', { without: ['exp'] }],
    ['an expiry in words', 'claims', { claims: { exp: 'never' as unknown as number } }],
    ['valid for years, issued two days ago', 'too-old', { claims: { iat: now() - 2 * 86_400, exp: now() + years } }],
    ['no time of issue', 'claims', { without: ['iat'] }],
    ['issued in the future', 'not-yet-valid', { claims: { iat: now() + 3_600, exp: now() + 7_200 } }],
    ['not valid before tomorrow', 'not-yet-valid', { claims: { nbf: now() + 86_400, exp: now() + 2 * 86_400 } }],
    ['no role', 'role', { without: ['role'] }],
    ['an unknown role', 'role', { claims: { role: 'root' } }],
    ['a role in other letters', 'role', { claims: { role: 'Administrator' } }],
    ['a role that every object has', 'role', { claims: { role: 'constructor' } }],
    ['two roles', 'role', { claims: { role: ['care-manager', 'administrator'] } }],
    ['no organisation', 'organisation', { without: ['org'] }],
    ['an organisation that is a path', 'organisation', { claims: { org: '../other' } }],
    ['two organisations', 'organisation', { claims: { org: ['clinic', 'other'] } }],
    ['no subject', 'claims', { without: ['sub'] }],
    ['an empty subject', 'subject', { claims: { sub: '' } }],
    ['a subject that forges an actor', 'subject', { claims: { sub: 'x\nsystem:workflow' } }],
    ['an ID token', 'type', { header: { typ: 'JWT' }, claims: { at_hash: 'x' } }],
    ['a token of another type', 'type', { header: { typ: 'logout+jwt' } }],
    ['another algorithm of the same key', 'algorithm', { header: { alg: 'RS512' } }],
    ['PSS instead of PKCS 1', 'algorithm', { header: { alg: 'PS256' } }],
    ['another key', 'signature', { key: attacker.privateKey }],
    ['another key, and a path in its id', 'signature', { key: attacker.privateKey, header: { kid: '../../dev/null' } }],
    ['another kind of key', 'signature', { key: ec.privateKey, header: { alg: 'ES256' } }],
    ['a shared secret', 'algorithm', { key: createSecretKey(Buffer.alloc(32)), header: { alg: 'HS256' } }],
  ];
  it.each(forged)('with %s is refused: %s', async (_, wanted, forgery) => {
    expect(await reason(await token(forgery))).toBe(wanted);
  });

  it('without a type is refused', async () => {
    expect(await reason(await token({ header: { typ: undefined as unknown as string } }))).toBe('type');
  });

  it.each(['none', 'None', 'NONE', ''])('with the algorithm %j and no signature is refused', async (alg) => {
    expect(['algorithm', 'malformed']).toContain(await reason(await crafted({ alg, typ: 'at+jwt' }, () => '')));
  });

  it('that signs with the public key as a shared secret is refused', async () => {
    for (const format of ['pem', 'der'] as const) {
      const secret = rsa.publicKey.export({ type: 'spki', format } as { type: 'spki'; format: 'pem' });
      const hmac = (input: string) => createHmac('sha256', secret).update(input).digest('base64url');
      expect(await reason(await crafted({ alg: 'HS256', typ: 'at+jwt' }, hmac))).toBe('algorithm');
    }
  });

  it('with changed claims, or a cut or missing signature, is refused', async () => {
    const [header, , signature] = (await token()).split('.') as [string, string, string];
    const [, other] = (await token({ claims: { role: 'administrator' } })).split('.');
    expect(await reason(`${header}.${other}.${signature}`)).toBe('signature');
    expect(await reason(`${header}.${other}.`)).toBe('signature');
    expect(await reason(`${header}.${other}.${signature.slice(0, -4)}`)).toBe('signature');
  });

  it('with an extension that must be understood is refused', async () => {
    const header = { alg: 'RS256', typ: 'at+jwt', crit: ['x'], x: 1 };
    expect(await reason(await crafted(header, () => 'AAAA'))).toBe('malformed');
  });

  it.each(['', '.', '..', 'a.b.c', 'Bearer x', '{}', 'x'.repeat(100_000)])(
    'with garbage is refused (%#)',
    async (garbage) => {
      expect(await reason(garbage)).toBe('malformed');
    },
  );

  it('never shows the token in its reason', async () => {
    const bearer = await token({ key: attacker.privateKey });
    const error = (await verifier.verify(bearer).catch((refused: unknown) => refused)) as InvalidToken;
    expect(error.message).toBe('The signature of the token does not hold.');
  });
});

describe('keys that a token brings along', () => {
  let jwks: JSONWebKeySet;
  let theirs: object;
  beforeAll(async () => {
    jwks = {
      keys: [
        { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256' },
        { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256' },
      ],
    };
    theirs = await exportJWK(attacker.publicKey);
  });

  it('are never used and never fetched', async () => {
    const fetched: unknown[] = [];
    const before = globalThis.fetch;
    globalThis.fetch = (async (address: unknown) => fetched.push(address)) as never;
    const brought = {
      jku: 'https://evil.example.org/jwks',
      x5u: 'https://evil.example.org/x',
      jwk: theirs,
      x5c: ['AAAA'],
    };
    try {
      for (const by of [verifier, createVerifier({ issuer, audience, jwks })]) {
        expect(await reason(await token({ key: attacker.privateKey, header: brought }), by)).toBe('signature');
        expect((await by.verify(await token({ header: brought }))).subject).toBe('cm-1');
      }
    } finally {
      globalThis.fetch = before;
    }
    expect(fetched).toEqual([]);
  });

  it('are chosen from the configured set by id, and by that alone', async () => {
    const by = createVerifier({ issuer, audience, jwks });
    const signedByEc = await token({ key: ec.privateKey, header: { alg: 'ES256', kid: 'ec' } });
    expect((await by.verify(signedByEc)).subject).toBe('cm-1');
    expect(await reason(await token({ header: { kid: 'unknown' } }), by)).toBe('signature');
    expect(await reason(await token({ key: ec.privateKey, header: { alg: 'ES256', kid: 'rsa' } }), by)).toBe(
      'signature',
    );
  });
});
