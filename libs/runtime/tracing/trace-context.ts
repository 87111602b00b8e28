import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/** What a W3C `traceparent` names; null when it is none. */
export function contextOf(traceparent: string | undefined): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags & SAMPLED ? '01' : '00'}`;

/** The spans that somebody keeps among those that these events were recorded in. */
export function sampledContexts(events: readonly { readonly traceparent?: string }[]): SpanContext[] {
  const distinct = new Set(events.map(({ traceparent }) => traceparent));
  return [...distinct].map(contextOf).filter((context) => context !== null && isSampled(context)) as SpanContext[];
}

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & SAMPLED) !== 0;
