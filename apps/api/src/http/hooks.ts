import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { isPublic, type Verifier } from '#access';
import type { Clock } from '#door';
import type { BeginRequest } from '#runtime';
import { writeAnswer } from './answer.js';
import { checkInput } from './checked-input.js';
import { requireIfMatch } from './etag.js';
import { requireIdempotencyKey } from './idempotency.js';
import { identify, rememberIdentities, whileOnStaff } from './identity.js';
import { readYourWrites, type CaughtUp } from './read-your-writes.js';
import type { OrganisationsDoor } from '../parts.js';
import type { Metrics } from '../metrics/metrics.js';
import { publishedPath } from './endpoint.js';
import type { Routes } from './routes.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { traceOf } from './trace.js';

/**
 * What every request goes through, in Fastify hooks: they cost a fraction of Nest's guards and interceptors (stack.md §4), and a route
 * carries only those that its contract asks for.
 */
export function installHooks(
  server: FastifyInstance,
  parts: {
    verifier: Verifier;
    organisations: Pick<OrganisationsDoor, 'load'>;
    clock: Clock;
    views: CaughtUp;
    routes: Routes;
    metrics: Metrics;
    beginRequest?: BeginRequest | undefined;
  },
): void {
  const identifyCaller = identify(rememberIdentities(whileOnStaff(parts.verifier, parts.organisations, parts.clock)));
  const waitForViews = readYourWrites(parts.views);

  server.decorateRequest('trace', null);
  server.decorateRequest('span', null);
  server.decorateRequest('identity', null);
  server.decorateRequest('stillLetIn', async () => true);
  server.decorateRequest('idempotencyKey', '');
  server.decorateRequest('basedOn', null);

  server.addHook('onRequest', (request, reply, done) => {
    request.trace = traceOf(request.headers['traceparent']);
    reply.headers(SECURITY_HEADERS).header('traceparent', request.trace.traceparent);
    done();
  });
  if (parts.beginRequest) installSpans(server, parts.beginRequest);
  server.addHook('preSerialization', writeAnswer);
  server.addHook('onResponse', (request, reply, done) => {
    // Never the path as it was sent: it bears ids.
    parts.metrics.served(request.method, routeOf(request) ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });

  server.addHook('onRoute', (options: RouteOptions) => {
    const route = parts.routes.add(String(options.method), options.url, options.config?.contract);
    const { contract } = route;
    if (contract.bodyLimit !== undefined) options.bodyLimit = contract.bodyLimit;
    options.onRequest = route.isPublic ? [] : [identifyCaller];
    options.preValidation = [...(contract.body && !contract.keyless ? [requireCommandHeaders] : []), checkInput];
    options.preHandler = contract.fromViews ? [waitForViews] : [];
  });
}

/** A span for each request to the API proper; pages, probes and metrics would only be in the way. */
function installSpans(server: FastifyInstance, beginRequest: BeginRequest): void {
  server.addHook('onRequest', (request, reply, done) => {
    const route = routeOf(request);
    if (route !== null && !isPublic(request.method, route)) {
      request.span = beginRequest(request.method, route, String(request.headers['traceparent']));
      request.trace = traceOf(request.span.traceparent);
      reply.header('traceparent', request.trace.traceparent);
    }
    done();
  });
  // Reading the body leaves the span: the handler is called inside of it.
  server.addHook('preHandler', (request, _reply, done) => (request.span ? request.span.enter(done) : done()));
  server.addHook('onResponse', (request, reply, done) => {
    request.span?.end(reply.statusCode);
    done();
  });
}

/** The route as it is published; null where nothing is served. */
const routeOf = ({ routeOptions: { url } }: FastifyRequest): string | null =>
  url === undefined ? null : publishedPath(url);

type Hook = Extract<NonNullable<RouteOptions['preValidation']>, (...args: never[]) => unknown>;

const requireCommandHeaders: Hook = (request, _reply, done) => {
  try {
    const { decides = false, replaces = false } = request.routeOptions.config.contract ?? {};
    const isBased = decides || (replaces && request.headers['if-match'] !== undefined);
    request.idempotencyKey = requireIdempotencyKey(request);
    request.basedOn = isBased ? requireIfMatch(request) : null;
    done();
  } catch (error) {
    done(error as Error);
  }
};
