import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Verifier } from './identity.js';
import { IdentityProviderUnavailable } from './invalid-token.js';
import { createVerifier } from './verifier.js';

const TIMEOUT_MS = 5_000;
const RETRY_MS = 5_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface OidcOptions {
  /** OIDC_ISSUER, exactly as the provider writes it in its tokens. */
  readonly issuer: string;
  readonly audience: string;
}

/** Keys would come over a plain connection, or the address is none. */
export class InsecureProvider extends Error {
  override readonly name = 'InsecureProvider';
}

/** A verifier for an OpenID provider: its keys come from where its own configuration document says, are cached and refetched. @throws InsecureProvider */
export function createOidcVerifier({ issuer, audience }: OidcOptions): Verifier {
  assertSecure(issuer);
  return createVerifier({ issuer, audience, jwks: keysOf(issuer) });
}

/** Finds the keys on first use, not at start, so that a provider that is away for a moment does not keep us from starting. */
function keysOf(issuer: string): JWTVerifyGetKey {
  const discovered = retryLater(() => discover(issuer));
  return async (header, token) => {
    try {
      return await (
        await discovered()
      )(header, token);
    } catch (error) {
      throw isAboutToken(error) ? error : new IdentityProviderUnavailable({ cause: error });
    }
  };
}

function isAboutToken(error: unknown): boolean {
  return [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported].some(
    (kind) => error instanceof kind,
  );
}

/** Keeps a success for good and a failure for a while, so that a provider that is down is not asked once per request. */
function retryLater<T>(attempt: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null;
  let failedAt = 0;
  return () => {
    if (current === null || (failedAt > 0 && performance.now() - failedAt > RETRY_MS)) {
      failedAt = 0;
      current = attempt();
      current.catch(() => (failedAt = performance.now()));
    }
    return current;
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const configuration = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (configuration['issuer'] !== issuer)
    throw new Error(`The configuration document of ${issuer} names another issuer.`);
  const address = String(configuration['jwks_uri']);
  assertSecure(address);
  return createRemoteJWKSet(new URL(address), { timeoutDuration: TIMEOUT_MS });
}

async function fetchJson(address: string): Promise<Record<string, unknown>> {
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
  return (await response.json()) as Record<string, unknown>;
}

/** Keys that come over a plain connection could be anybody's; on this very machine a test provider may use one. */
function assertSecure(address: string): void {
  const { protocol, hostname = '' } = URL.parse(address) ?? {};
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname))) return;
  throw new InsecureProvider(`An identity provider needs https: ${address}`);
}
