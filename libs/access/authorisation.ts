import type { Role } from '#care';
import { MATRIX, PUBLIC, type Operation } from './matrix.js';

const ROLES_OF: ReadonlyMap<string, ReadonlySet<Role>> = new Map(
  MATRIX.map(({ operation, roles }) => [operation, new Set(roles)]),
);

/** Whether the matrix allows a role an operation. What it does not name is denied. */
export function allows(role: Role, operation: string): boolean {
  return ROLES_OF.get(operation)?.has(role) ?? false;
}

/** A provider reads and acts on the patients they are responsible for or referred; whoever serves a request narrows it so. */
export function seesOnlyOwnPatients(role: Role): boolean {
  return role === 'provider';
}

/** The operation behind a request, by its path or its route pattern; null when the matrix names none. */
export function operationFor(method: string, path: string): Operation | null {
  const asked = segments(path);
  const row = MATRIX.find(
    (endpoint) => endpoint.method === readingAs(method) && matches(segments(endpoint.path), asked),
  );
  return row?.operation ?? null;
}

/** Whether this endpoint answers without an identity. */
export function isPublic(method: string, path: string): boolean {
  const [bare] = path.split('?', 1);
  return PUBLIC.some((endpoint) => endpoint.method === readingAs(method) && endpoint.path === bare);
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
