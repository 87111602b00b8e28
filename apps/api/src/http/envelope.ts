import { toUtc } from '#care';
import type { Envelope } from '#door';
import { callerOf, type ApiRequest } from './request.js';

/** A command with the request it came from, as the door takes it. */
export function envelopeFor<C>(request: ApiRequest, commandId: string, command: C, occurredAt?: string): Envelope<C> {
  const { actor, role, organisation } = callerOf(request);
  return {
    commandId,
    command,
    actor,
    actorRole: role,
    organisation,
    ...(occurredAt === undefined ? {} : { occurredAt: toUtc(occurredAt) }),
    ...(request.trace ? { traceparent: request.trace.traceparent } : {}),
    ...(request.basedOn === null ? {} : { basedOn: request.basedOn }),
  };
}
