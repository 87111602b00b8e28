import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.js';
import type { Route } from './routes.js';

/** Why somebody outside the care team opens a restricted record. A code, because it is logged: nothing personal can be said in it. */
export const ACCESS_REASONS = [
  'treatment',
  'coverage',
  'supervision',
  'quality',
  'payment',
  'patient-request',
  'emergency',
] as const;
export type AccessReason = (typeof ACCESS_REASONS)[number];

/** @throws Problem 400 when the header names no reason of ours */
export function accessReasonOf({ headers }: FastifyRequest): AccessReason | undefined {
  const said = headers['access-reason'];
  if (said === undefined) return undefined;
  const reason = ACCESS_REASONS.find((known) => known === said);
  if (!reason) throw new Problem('malformed-header', `Access-Reason must be one of ${ACCESS_REASONS.join(', ')}.`);
  return reason;
}

/** Whether an endpoint opens the record of one person; a referral is answered with the episode. */
export const opensRecord = ({ path, contract }: Route): boolean =>
  /^\/v1\/(episodes|patients)\/\{id\}/.test(path) || contract.operation === 'referPatient';
