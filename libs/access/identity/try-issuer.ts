import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT, type JWK } from 'jose';
import type { Role } from '#care';
import { createPrivateFile, readPrivateFile } from '../private-file.js';
import { identityFrom, type Identity, type Verifier } from './identity.js';
import { createVerifier } from './verifier.js';

const ISSUER = 'followthrough:try';
const AUDIENCE = 'followthrough';
/** The name of the try issuer's key pair in the data folder. */
const FILE = 'try-issuer.json';
const LONGEST_HOURS = 24;

export interface TryTokenRequest {
  readonly staff: string;
  readonly role: Role;
  readonly organisation: string;
  readonly name?: string;
  /** How long the token holds; 12 unless said, 24 at most. */
  readonly hours?: number;
}

/** Issues and verifies tokens on one machine, for trying things out. */
export interface TryIssuer extends Verifier {
  issue(request: TryTokenRequest): Promise<string>;
}

/** Whoever can read the data folder can be anybody: that is for trying out, never for patients. */
export class TryIssuerRefused extends Error {
  override readonly name = 'TryIssuerRefused';
}

/**
 * Opens the built-in issuer of the try profile, making its key pair on first use.
 * @throws TryIssuerRefused in production, or when an identity provider is configured
 * @throws PrivateFileError when others may read its file
 */
export function openTryIssuer({ dataDir, env }: { dataDir: string; env: NodeJS.ProcessEnv }): TryIssuer {
  assertTryProfile(env);
  const { kid, privateKey } = loadKeyPair(join(dataDir, FILE));
  const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE, publicKey: createPublicKey(privateKey) });
  return {
    verify: (bearer) => verifier.verify(bearer),
    issue: async (request) => await sign(request, kid, privateKey),
  };
}

function assertTryProfile(env: NodeJS.ProcessEnv): void {
  if (env['NODE_ENV']?.trim().toLowerCase() === 'production')
    throw new TryIssuerRefused(
      'The built-in token issuer does not run in production. Set OIDC_ISSUER to your identity provider.',
    );
  if (env['OIDC_ISSUER'])
    throw new TryIssuerRefused(
      'The built-in token issuer does not run beside an identity provider (OIDC_ISSUER is set).',
    );
}

async function sign(request: TryTokenRequest, kid: string, privateKey: KeyObject): Promise<string> {
  const hours = request.hours ?? 12;
  if (!(hours > 0 && hours <= LONGEST_HOURS)) throw new RangeError(`A token holds for at most ${LONGEST_HOURS} hours.`);
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT(claimsOf(request))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.round(hours * 3600))
    .setJti(randomUUID())
    .sign(privateKey);
}

/** Read as the verifier will read it, so that no token is issued that nobody accepts. */
function claimsOf({ staff, role, organisation, name }: TryTokenRequest): Record<string, string> {
  const identity: Identity = identityFrom({ sub: staff, role, org: organisation, name });
  const claims = { sub: identity.subject, role: identity.role, org: identity.organisation };
  return identity.name === undefined ? claims : { ...claims, name: identity.name };
}

interface StoredKeyPair {
  readonly kid: string;
  readonly privateKey: JWK;
}

function loadKeyPair(file: string): { kid: string; privateKey: KeyObject } {
  if (readPrivateFile(file) === null) createPrivateFile(file, newKeyPair());
  const { kid, privateKey } = JSON.parse(readPrivateFile(file) ?? '') as StoredKeyPair;
  return { kid, privateKey: createPrivateKey({ key: privateKey, format: 'jwk' }) };
}

function newKeyPair(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const stored: StoredKeyPair = { kid: randomUUID(), privateKey: privateKey.export({ format: 'jwk' }) };
  return `${JSON.stringify(stored, null, 2)}\n`;
}
