import type { FastifyRequest } from 'fastify';
import type { Identity } from '#access';
import type { RequestSpan } from '#runtime';
import type { AccessReason } from './access-reason.js';
import type { Contract } from './endpoint.js';
import type { Trace } from './trace.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    contract?: Contract;
  }
  interface FastifyRequest {
    trace: Trace | null;
    /** Null where no traces are kept. */
    span: RequestSpan | null;
    identity: Caller | null;
    /** Whether the caller would be let in again now: their token may have ended meanwhile, or their time here. */
    stillLetIn: () => Promise<boolean>;
    /** Of a command; '' elsewhere. */
    idempotencyKey: string;
    /** If-Match of an act that decides. */
    basedOn: number | null;
  }
}

/** Who asks, for what, and why, if they say so. */
export type Caller = Identity & {
  readonly operation: string;
  readonly traceId: string;
  readonly accessReason?: AccessReason;
};

/** A request as handlers see it. */
export type ApiRequest = FastifyRequest;

export const contractOf = (request: FastifyRequest): Contract | undefined => request.routeOptions.config.contract;

/** Who asks. Only endpoints that need an identity may call this; the hook has answered 401 otherwise. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.identity) throw new Error('this endpoint is public: it has no caller');
  return request.identity;
}
