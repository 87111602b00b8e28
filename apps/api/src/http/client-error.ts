import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, problemDocument, PROBLEMS } from './problems.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { traceOf } from './trace.js';

/** What is no request, or none yet: there is no route, no reply, and no address to name. */
export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(rawAnswer(problemFor(error)));
  socket.destroySoon();
}

function problemFor({ code }: { readonly code?: string }): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers-too-large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request-timeout');
  return new Problem('malformed-request', 'The request is not valid HTTP.');
}

function rawAnswer(problem: Problem): string {
  const { status } = PROBLEMS[problem.slug];
  const trace = traceOf(undefined);
  const body = JSON.stringify(problemDocument(problem, '/', trace.traceId));
  const headers = {
    ...SECURITY_HEADERS,
    traceparent: trace.traceparent,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
