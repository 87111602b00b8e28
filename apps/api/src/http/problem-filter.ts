import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DoorUnavailable, KeyUnusable } from '#door';
import { EventStoreError, UnreadableEvent } from '#event-store';
import { BadCursor, PastDate, ViewsAway, ViewsRebuilding } from '#read-models';
import { SECURITY_HEADERS } from './security-headers.js';
import { Problem, PROBLEMS, problemDocument, type ProblemSlug } from './problems.js';
import type { Routes } from './routes.js';
import { traceOf } from './trace.js';

/** One line for the operator; ids and codes only. */
export type FaultLog = (message: string, fault: unknown) => void;

/** The one place where a problem is written. Nothing of an unknown fault reaches the caller but its trace id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: Routes,
    private readonly log: FaultLog,
  ) {}

  catch(fault: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = request.is404 ? this.nothingServedAt(request) : asProblem(fault);
    if (FOR_THE_OPERATOR.has(problem.slug))
      this.log(
        `fault in ${request.method} ${request.routeOptions.url ?? '?'}, trace ${request.trace?.traceId ?? '?'}${saidOf(problem)}`,
        fault,
      );
    sendProblem(http.getResponse<FastifyReply>(), request, problem);
  }

  private nothingServedAt(request: FastifyRequest): Problem {
    const methods = this.routes.methodsAt(pathOf(request));
    if (methods.length === 0) return new Problem('not-found');
    return new Problem('method-not-allowed', undefined, { headers: { allow: methods.join(', ') } });
  }
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, problem: Problem): void {
  const trace = request.trace ?? traceOf(request.headers['traceparent']);
  const document = problemDocument(problem, pathOf(request), trace.traceId);
  void reply
    .code(PROBLEMS[problem.slug].status)
    .headers({ ...SECURITY_HEADERS, traceparent: trace.traceparent, ...problem.more.headers })
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(document));
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

const saidOf = ({ detail }: Problem): string => (detail === undefined ? '' : `: ${detail}`);

/** What nobody but the operator can set right; their details name types and fields, never a value. */
const FOR_THE_OPERATOR: ReadonlySet<ProblemSlug> = new Set([
  'internal',
  'not-recordable',
  'record-unreadable',
  'record-tampered',
  'record-key-damaged',
]);

const RETRY = { headers: { 'retry-after': '2' } };
const RETRY_LATER = { headers: { 'retry-after': '30' } };
const DOOR_WORDS = {
  'nothing-recorded': 'Nothing was recorded. Retry with the same Idempotency-Key.',
  'outcome-unknown': 'It may have been recorded. Retry with the same Idempotency-Key: it is never recorded twice.',
} as const;
const AWAY: readonly string[] = ['unavailable', 'outcome-unknown'];

function asProblem(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  if (fault instanceof BadCursor)
    return new Problem('malformed-query', undefined, {
      errors: [{ pointer: '/cursor', detail: 'not a cursor of this list' }],
    });
  if (fault instanceof PastDate)
    return new Problem('malformed-query', undefined, {
      errors: [{ pointer: '/date', detail: 'is past; a list of a day is made for today or later' }],
    });
  if (fault instanceof KeyUnusable) return new Problem('record-key-damaged', undefined, RETRY_LATER);
  if (fault instanceof DoorUnavailable) return new Problem('unavailable', DOOR_WORDS[fault.outcome], RETRY);
  if (fault instanceof ViewsRebuilding)
    return new Problem('unavailable', 'The views are being rebuilt; the record itself can be read and written.', RETRY);
  if (fault instanceof ViewsAway)
    return new Problem(
      'unavailable',
      'The views cannot be read now; the record itself can be read and written.',
      RETRY,
    );
  if (fault instanceof EventStoreError && AWAY.includes(fault.code))
    return new Problem('unavailable', undefined, RETRY);
  if (fault instanceof UnreadableEvent) return new Problem('record-unreadable', undefined, RETRY_LATER);
  if (fault instanceof EventStoreError && fault.code === 'tampered') return new Problem('record-tampered');
  return ofTheServer(fault) ?? new Problem('internal');
}

/** What Fastify and Nest refuse before a handler is reached. */
function ofTheServer(fault: unknown): Problem | null {
  const status = fault instanceof HttpException ? fault.getStatus() : statusOf(fault);
  if (status === 413) return new Problem('too-large');
  if (status === 414) return new Problem('uri-too-long');
  if (status === 415) return new Problem('unsupported-media-type');
  if (status === 404) return new Problem('not-found');
  return status >= 400 && status < 500
    ? new Problem('malformed-request', 'The request is not valid HTTP with a JSON body.')
    : null;
}

const statusOf = (fault: unknown): number =>
  typeof fault === 'object' && fault !== null && 'statusCode' in fault ? Number(fault.statusCode) : 0;
