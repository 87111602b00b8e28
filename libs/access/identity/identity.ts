import { ROLES, StaffId, type Actor, type Role } from '#care';
import { InvalidToken } from './invalid-token.js';

/** Who asks: one person or machine, in one role, for one organisation. */
export interface Identity {
  /** The id of the member of staff, or of the integration. */
  readonly subject: string;
  readonly role: Role;
  readonly organisation: string;
  /** How this identity signs what it records. */
  readonly actor: Actor;
  /** For whom a provider stands in now: the patients of these are theirs for as long. */
  readonly standsInFor?: readonly string[];
  /** For greeting on a page; never recorded. */
  readonly name?: string;
}

/** Answers whose token this is. */
export interface Verifier {
  /** @throws InvalidToken | IdentityProviderUnavailable */
  verify(bearer: string): Promise<Identity>;
}

const ORGANISATION = /^[A-Za-z0-9._-]{1,64}$/;
const NAME_LENGTH = 200;

/** Reads the claims `sub`, `role`, `org` and `name` of a token whose signature and times were checked. */
export function identityFrom(claims: Readonly<Record<string, unknown>>): Identity {
  const subject = subjectOf(claims['sub']);
  const role = roleOf(claims['role']);
  const identity = { subject, role, organisation: organisationOf(claims['org']), actor: actorOf(subject, role) };
  const name = nameOf(claims['name']);
  return name === undefined ? identity : { ...identity, name };
}

function actorOf(subject: string, role: Role): Actor {
  return role === 'integration' ? `integration:${subject}` : `user:${subject}`;
}

function subjectOf(claim: unknown): string {
  const { success, data } = StaffId.safeParse(claim);
  if (!success) throw new InvalidToken('subject');
  return data;
}

function roleOf(claim: unknown): Role {
  const role = ROLES.find((known) => known === claim);
  if (role === undefined) throw new InvalidToken('role');
  return role;
}

function organisationOf(claim: unknown): string {
  if (typeof claim !== 'string' || !ORGANISATION.test(claim)) throw new InvalidToken('organisation');
  return claim;
}

function nameOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.length > 0 ? claim.slice(0, NAME_LENGTH) : undefined;
}
