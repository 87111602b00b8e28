import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as OTLP/HTTP carries it in JSON (opentelemetry-proto, trace.proto). */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
}
interface WireSpan extends Omit<ReceivedSpan, 'attributes' | 'links'> {
  readonly attributes?: readonly { readonly key: string; readonly value: WireValue }[];
  readonly links?: ReceivedSpan['links'];
}

/** Receives traces as a collector does, and keeps them: parsed, and as they came over the wire. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly bodies: string[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  private readonly server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const sent = Buffer.concat(parts);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      if (isTraces) this.take(body, request.headers);
      response.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    });
  });

  static async listen(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: string, headers: NodeJS.Dict<string | string[]>): void {
    this.bodies.push(body);
    this.headers.push(headers);
    for (const { scopeSpans } of JSON.parse(body).resourceSpans as { scopeSpans: { spans: WireSpan[] }[] }[])
      for (const { spans } of scopeSpans) this.spans.push(...spans.map(read));
  }
}

const read = ({ attributes = [], links = [], ...span }: WireSpan): ReceivedSpan => ({
  ...span,
  links,
  attributes: Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  ),
});
