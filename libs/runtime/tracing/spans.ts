import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { traceparentOf } from './trace-context.js';

/**
 * All that a span may say. Whoever receives traces is often somebody outside: no id of a patient, an episode, a command or a person, no
 * address with one in it, and never the message of an error. From an episode to its traces the way leads over the log.
 */
export type SpanAttributes = Partial<{
  'http.request.method': string;
  'http.route': string;
  'http.response.status_code': number;
  'error.type': string;
  'db.system.name': string;
  'db.operation.name': string;
  'db.operation.batch.size': number;
  'followthrough.stream.category': string;
  'followthrough.command.type': string;
  'followthrough.command.outcome': string;
  'followthrough.settle.waker': string;
  'followthrough.settle.raised': number;
  'followthrough.views.events': number;
}>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: SpanAttributes;
  /** What caused it without waiting for it. */
  readonly links?: readonly SpanContext[];
}

type Tell = (attributes: SpanAttributes) => void;

/** The spans of this process: each is a child of the one in which it begins. */
export class Spans {
  private readonly present = new AsyncLocalStorage<Span>();

  constructor(private readonly tracer: Tracer) {}

  /** Does the work in a span, which ends with it; what it throws is named by its class or code only. */
  async during<T>(name: string, options: SpanOptions, work: (tell: Tell) => Promise<T>): Promise<T> {
    const span = this.begin(name, options);
    try {
      return await this.present.run(span, () => work((attributes) => void span.setAttributes(attributes)));
    } catch (error) {
      span.setAttributes({ 'error.type': nameOf(error) } satisfies SpanAttributes);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  /** Begins a span that the caller ends; below the one that somebody sent, else below the present one. */
  begin(
    name: string,
    { kind = SpanKind.INTERNAL, attributes = {}, links = [] }: SpanOptions,
    sent?: SpanContext | null,
  ): Span {
    const present = this.present.getStore()?.spanContext();
    const parent = sent ?? present;
    const around = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    return this.tracer.startSpan(name, { kind, attributes, links: links.map((context) => ({ context })) }, around);
  }

  /** What is called within belongs to this span. */
  within<T>(span: Span, work: () => T): T {
    return this.present.run(span, work);
  }

  /** The W3C name of the present span; undefined outside of any. */
  traceparent(): string | undefined {
    const span = this.present.getStore();
    return span && traceparentOf(span.spanContext());
  }
}

/** A code of ours or of the system, else the class. */
function nameOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}
