/** Why a token was refused, in words that tell its bearer nothing an attacker could use. */
const REASONS = {
  malformed: 'The token is not a signed JWT.',
  algorithm: 'The token is signed with an algorithm that is not accepted.',
  signature: 'The signature of the token does not hold.',
  type: 'The token is not an access token.',
  issuer: 'The token comes from another issuer.',
  audience: 'The token is meant for another service.',
  expired: 'The token has expired.',
  'too-old': 'The token was issued too long ago.',
  'not-yet-valid': 'The token is not valid yet.',
  claims: 'The token lacks a claim that is required, or has one of the wrong kind.',
  subject: 'The subject of the token is not the id of a member of staff.',
  role: 'The token names no role that is known here.',
  organisation: 'The token names no organisation.',
  left: 'The bearer of the token is no longer on the staff.',
} as const;

export type InvalidTokenReason = keyof typeof REASONS;

/** The token does not identify anybody here. Becomes a 401. The message is safe to send and to log. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  constructor(
    readonly reason: InvalidTokenReason,
    options?: ErrorOptions,
  ) {
    super(REASONS[reason], options);
  }
}

/** The keys of the identity provider cannot be fetched: nobody can be identified now. Becomes a 503. */
export class IdentityProviderUnavailable extends Error {
  override readonly name = 'IdentityProviderUnavailable';
  constructor(options?: ErrorOptions) {
    super('The identity provider cannot be reached.', options);
  }
}
