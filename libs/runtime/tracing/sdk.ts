import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';

const SEND_WITHIN_MS = 5_000;
const SEND_EVERY_MS = 1_000;
/** The house does not stay open for a receiver that is away. */
const LAST_SEND_MS = 2_000;

export interface SdkOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly version: string;
  readonly warn: (message: string) => void;
}

/** Spans go out in batches from a bounded queue: what does not fit, or finds no receiver, is dropped. */
export function openSdk({ url, headers, service, version, warn }: SdkOptions): {
  tracer: Tracer;
  stop: () => Promise<void>;
} {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: SEND_WITHIN_MS });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': service, 'service.version': version })),
    // Whoever calls decides whether a trace is kept; ours always is.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: telling(exporter, warn), scheduledDelayMillis: SEND_EVERY_MS }),
    ],
  });
  return {
    tracer: provider.getTracer('followthrough', version),
    stop: () => Promise.race([provider.shutdown(), pause(LAST_SEND_MS)]),
  };
}

/** The same exporter, which says once that the receiver is away, and once that it is back. */
function telling(exporter: SpanExporter, warn: (message: string) => void): SpanExporter {
  let isAway = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== 0;
        if (failed !== isAway) warn(failed ? 'traces find no receiver and are dropped' : 'traces are received again');
        isAway = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush!() }),
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
