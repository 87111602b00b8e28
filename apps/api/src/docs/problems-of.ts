import { opensRecord } from '../http/access-reason.js';
import { PROBLEMS, type ProblemSlug } from '../http/problems.js';
import type { Route } from '../http/routes.js';

/** The problems that an endpoint may answer with: those of its kind, and its own; of an act, without those of its own rules. */
export function problemsOf(route: Route): ProblemSlug[] {
  const { contract, isPublic } = route;
  const slugs = new Set<ProblemSlug>(['internal', 'malformed-request']);
  const add = (...more: readonly ProblemSlug[]): void => more.forEach((slug) => slugs.add(slug));
  if (!isPublic) add('unauthenticated', 'forbidden', 'unavailable', 'record-unreadable', 'record-tampered');
  if (contract.params) add('not-found', 'uri-too-long');
  if (opensRecord(route)) add('access-reason-needed', 'malformed-header');
  if (contract.operation === 'readPatient') add('restricted-record');
  if (contract.query || !isPublic) add('malformed-query');
  if (contract.body) add('malformed-body', 'too-large', 'unsupported-media-type');
  if (contract.body && !contract.keyless) add('idempotency-key-required', 'idempotency-key-reused');
  if (contract.decides) add('precondition-required');
  if (contract.decides || contract.replaces) add('malformed-header', 'stale');
  if (contract.fromViews) add('malformed-header', 'not-caught-up');
  add(...(contract.problems ?? []));
  // One rule looks at both ends of time.
  if (slugs.has('occurred-in-future')) add('occurred-too-early');
  return [...slugs].toSorted((a, b) => PROBLEMS[a].status - PROBLEMS[b].status || a.localeCompare(b));
}
