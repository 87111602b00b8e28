import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  allows,
  IdentityProviderUnavailable,
  InvalidToken,
  seesOnlyOwnPatients,
  type Identity,
  type Verifier,
} from '#access';
import { standsIn, type OrganisationState } from '#care';
import { systemClock, type Clock } from '#door';
import { within } from '#event-store';
import { accessReasonOf } from './access-reason.js';
import type { OrganisationsDoor } from '../parts.js';
import { Problem } from './problems.js';
import { contractOf } from './request.js';

const REMEMBERED = 1_000;
/** The token of somebody who left, or one that expired meanwhile, works for at most this long. */
const FRESH_MS = 30_000;
/** The log, before it counts as away: a silent one is asked for most of a minute. */
const LOG_ANSWERS_WITHIN_MS = 2_000;

/** Checking a signature costs more than the rest of a read: the same token is checked once per half minute. */
export function rememberIdentities(verifier: Verifier, now: () => number = () => performance.now()): Verifier {
  const seen = new Map<string, { identity: Identity; until: number }>();
  return {
    async verify(bearer) {
      const known = seen.get(bearer);
      if (known && known.until > now()) return known.identity;
      seen.delete(bearer);
      const identity = await verifier.verify(bearer);
      if (seen.size >= REMEMBERED) seen.delete(seen.keys().next().value!);
      seen.set(bearer, { identity, until: now() + FRESH_MS });
      return identity;
    },
  };
}

/**
 * Whoever has left gets no further, however long their token still runs; of a provider it is added for whom they stand in. Somebody on no list
 * may be an auditor or a machine. A log that is away keeps nobody out: the lists of the day do not need it.
 */
export function whileOnStaff(
  verifier: Verifier,
  organisations: Pick<OrganisationsDoor, 'load'>,
  clock: Pick<Clock, 'now'> = systemClock,
): Verifier {
  return {
    async verify(bearer) {
      const identity = await verifier.verify(bearer);
      const { organisation, subject, role } = identity;
      const loaded = await within(LOG_ANSWERS_WITHIN_MS, organisations.load(organisation)).catch(() => null);
      if (loaded?.state.staff.get(subject)?.active === false) throw new InvalidToken('left');
      if (!loaded || !seesOnlyOwnPatients(role)) return identity;
      return { ...identity, standsInFor: coveredBy(subject, loaded.state, clock.now().toISOString()) };
    },
  };
}

/** For whom somebody stands in at that moment, by the rule that tells them what is those people’s. */
const coveredBy = (staff: string, state: OrganisationState, at: string): readonly string[] =>
  [...new Set(state.coverage.map(({ absent }) => absent))].filter(
    (absent) => absent !== staff && standsIn(state, absent, at) === staff,
  );

const CHALLENGE = { 'www-authenticate': 'Bearer realm="followthrough"' };

/** Fastify onRequest hook of every route that is not public: who asks, and may this role do that? Denied unless the matrix allows it. */
export function identify(verifier: Verifier): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    const bearer = bearerOf(request.headers.authorization);
    const identity = await verifier.verify(bearer).catch(refuse);
    const accessReason = accessReasonOf(request);
    const operation = contractOf(request)?.operation ?? '';
    const traceId = request.trace?.traceId ?? '';
    request.identity = { ...identity, operation, traceId, ...(accessReason && { accessReason }) };
    if (!allows(identity.role, operation))
      throw new Problem('forbidden', `The role ${identity.role} may not do ${operation}.`);
    request.stillLetIn = () => isLetIn(verifier, bearer, operation);
  };
}

/** A provider that cannot be asked just now ends nothing. */
const isLetIn = (verifier: Verifier, bearer: string, operation: string): Promise<boolean> =>
  verifier.verify(bearer).then(
    ({ role }) => allows(role, operation),
    (error: unknown) => !(error instanceof InvalidToken),
  );

function bearerOf(header: string | undefined): string {
  const sent = /^Bearer +([\w.~+/=-]+) *$/i.exec(header ?? '');
  if (!sent?.[1]) throw new Problem('unauthenticated', 'Send "Authorization: Bearer <token>".', { headers: CHALLENGE });
  return sent[1];
}

function refuse(error: unknown): never {
  if (error instanceof InvalidToken) throw new Problem('unauthenticated', error.message, { headers: CHALLENGE });
  if (error instanceof IdentityProviderUnavailable)
    throw new Problem('unavailable', error.message, { headers: { 'retry-after': '5' } });
  throw error;
}
