import { randomBytes } from 'node:crypto';

/** W3C trace context of one request. */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Carries on the trace that the caller sent, or begins one. */
export function traceOf(header: unknown): Trace {
  const sent = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  if (sent?.[1]) return { traceId: sent[1], traceparent: sent[0] };
  const ids = randomBytes(24).toString('hex');
  const traceId = ids.slice(0, 32);
  return { traceId, traceparent: `00-${traceId}-${ids.slice(32)}-01` };
}
