import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** What a handler returns when status or headers depend on the outcome. Handlers return values and never touch the reply. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Text and streams go out as they are; Fastify would make JSON of them. */
const asItIs = (payload: unknown): string => payload as string;
const isReady = (body: unknown): boolean => typeof body === 'string' || body instanceof Readable;

/** A page or a document that is already text. */
export class TextAnswer extends Answer {
  constructor(type: string, text: string, headers: Readonly<Record<string, string>> = {}, status = 200) {
    super(status, text, { 'content-type': type, ...headers });
  }
}

/** Fastify preSerialization hook: turns an Answer into status, headers and body. */
export function writeAnswer(
  _request: unknown,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): void {
  if (!(payload instanceof Answer)) return done(null, payload);
  reply.code(payload.status).headers(payload.headers);
  // The hook cannot answer undefined: that would send the Answer itself.
  const body = payload.body ?? '';
  if (isReady(body)) reply.serializer(asItIs);
  if (body === '' && !('content-type' in payload.headers)) reply.removeHeader('content-type');
  done(null, body);
}
