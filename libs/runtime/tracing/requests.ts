import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Spans } from './spans.js';
import { contextOf, traceparentOf } from './trace-context.js';

/** The span of one request. */
export interface RequestSpan {
  /** What is recorded of this request bears it, and the caller gets it back: the caller's trace, when they sent one. */
  readonly traceparent: string;
  /** Goes on with the request inside of its span. */
  enter(next: () => void): void;
  end(status: number): void;
}

export type BeginRequest = (method: string, route: string, sent: string) => RequestSpan;

/** A span for each request, below the one that the caller sent. */
export function requestSpans(spans: Spans): BeginRequest {
  return (method, route, sent) => {
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = spans.begin(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, contextOf(sent));
    return {
      traceparent: traceparentOf(span.spanContext()),
      enter: (next) => spans.within(span, next),
      end: (status) => {
        span.setAttribute('http.response.status_code', status);
        // A refusal is no error of the server (semantic conventions for HTTP spans).
        if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
}
