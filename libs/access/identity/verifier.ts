import type { KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
} from 'jose';
import { identityFrom, type Verifier } from './identity.js';
import { IdentityProviderUnavailable, InvalidToken, type InvalidTokenReason } from './invalid-token.js';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const TYPES = ['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt'];
/** Only an ID token carries these (OpenID Connect Core §2); it says who logged in, not who may call us. */
const ID_TOKEN_CLAIMS = ['at_hash', 'c_hash'];
const LONGEST_TOKEN = 8_192;
const MAX_TOKEN_AGE = '24h';
const CLOCK_TOLERANCE_SECONDS = 60;

export type VerifierOptions = { readonly issuer: string; readonly audience: string } & (
  { readonly publicKey: KeyObject } | { readonly jwks: JSONWebKeySet | JWTVerifyGetKey }
);

/**
 * Checks access tokens against one issuer, one audience and keys that are configured, never keys a token brings along:
 * `jku`, `x5u` and `jwk` in its header are not looked at.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const check = checkAgainst(options);
  return {
    async verify(bearer) {
      if (typeof bearer !== 'string' || bearer.length > LONGEST_TOKEN) throw new InvalidToken('malformed');
      const { payload, protectedHeader } = await check(bearer).catch(refuse);
      if (!isAccessToken(protectedHeader.typ, payload)) throw new InvalidToken('type');
      return identityFrom(payload);
    },
  };
}

function checkAgainst(options: VerifierOptions): (bearer: string) => Promise<JWTVerifyResult> {
  const key = keyOf(options);
  const rules = {
    issuer: options.issuer,
    audience: options.audience,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub'],
    maxTokenAge: MAX_TOKEN_AGE,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  return async (bearer) => await jwtVerify(bearer, key, rules);
}

function keyOf(options: VerifierOptions): KeyObject | JWTVerifyGetKey {
  if ('publicKey' in options) return options.publicKey;
  return typeof options.jwks === 'function' ? options.jwks : createLocalJWKSet(options.jwks);
}

function isAccessToken(typ: unknown, claims: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof typ === 'string' && TYPES.includes(typ.toLowerCase()) && !ID_TOKEN_CLAIMS.some((name) => name in claims)
  );
}

function refuse(error: unknown): never {
  if (error instanceof IdentityProviderUnavailable) throw error;
  throw new InvalidToken(reasonOf(error), { cause: error });
}

const BY_CLAIM: Readonly<Record<string, InvalidTokenReason>> = {
  iss: 'issuer',
  aud: 'audience',
  nbf: 'not-yet-valid',
  iat: 'not-yet-valid',
};

/** Whatever else goes wrong with a token, a key of another kind for instance, is a signature that does not hold. */
function reasonOf(error: unknown): InvalidTokenReason {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'too-old' : 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  return MALFORMED.some((kind) => error instanceof kind) ? 'malformed' : 'signature';
}

const MALFORMED = [errors.JWSInvalid, errors.JWTInvalid, errors.JOSENotSupported];

function claimReason(error: errors.JWTClaimValidationFailed): InvalidTokenReason {
  return error.reason === 'check_failed' ? (BY_CLAIM[error.claim] ?? 'claims') : 'claims';
}
