import type { Role } from '#care';
import type { Identity } from './identity/identity.js';
import { MATRIX, PUBLIC, type Endpoint, type Operation } from './matrix.js';

const ROLES_OF: ReadonlyMap<string, ReadonlySet<Role>> = new Map(
  MATRIX.map(({ operation, roles }) => [operation, new Set(roles)]),
);

/** Whether the matrix allows a role an operation. What it does not name is denied. */
export function allows(role: Role, operation: string): boolean {
  return ROLES_OF.get(operation)?.has(role) ?? false;
}

/** A provider reads and acts on their own patients alone; whoever serves a request narrows it so. */
export function seesOnlyOwnPatients(role: Role): boolean {
  return role === 'provider';
}

/**
 * Whether an episode is open to somebody: a provider's own are those they are responsible for, or stand in for who is, and those that began
 * with their referral. To refer a patient again is no way into a record.
 */
export function isOwn(
  { role, subject, standsInFor = [] }: Pick<Identity, 'role' | 'subject' | 'standsInFor'>,
  { provider, referredBy }: { readonly provider?: string | null | undefined; readonly referredBy: string },
): boolean {
  const isInCharge = [subject, ...standsInFor].some((one) => one === provider);
  return !seesOnlyOwnPatients(role) || isInCharge || referredBy === subject;
}

/** The operation behind a request, by its path or its route pattern; null when the matrix names none. */
export function operationFor(method: string, path: string): Operation | null {
  return MATRIX.find(isAskedFor(method, path))?.operation ?? null;
}

/** Whether this endpoint answers without an identity. */
export function isPublic(method: string, path: string): boolean {
  return PUBLIC.some(isAskedFor(method, path));
}

function isAskedFor(method: string, path: string): (endpoint: Pick<Endpoint, 'method' | 'path'>) => boolean {
  const asked = segments(path);
  return (endpoint) => endpoint.method === readingAs(method) && matches(segments(endpoint.path), asked);
}

/** Fastify answers HEAD wherever it answers GET. */
function readingAs(method: string): string {
  const upper = method.toUpperCase();
  return upper === 'HEAD' ? 'GET' : upper;
}

function segments(path: string): readonly string[] {
  return (path.split('?', 1)[0] ?? '').split('/');
}

function matches(pattern: readonly string[], asked: readonly string[]): boolean {
  return (
    pattern.length === asked.length &&
    pattern.every((part, at) => (part.startsWith('{') ? asked[at] !== '' : part === asked[at]))
  );
}
