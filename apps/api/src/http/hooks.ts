import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Verifier } from '#access';
import { writeAnswer } from './answer.js';
import { checkInput } from './checked-input.js';
import { requireIfMatch } from './etag.js';
import { requireIdempotencyKey } from './idempotency.js';
import { identify, rememberIdentities } from './identity.js';
import { readYourWrites, type CaughtUp } from './read-your-writes.js';
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
  parts: { verifier: Verifier; views: CaughtUp; routes: Routes; metrics: Metrics },
): void {
  const identifyCaller = identify(rememberIdentities(parts.verifier));
  const waitForViews = readYourWrites(parts.views);

  server.decorateRequest('trace', null);
  server.decorateRequest('identity', null);
  server.decorateRequest('idempotencyKey', '');
  server.decorateRequest('basedOn', null);

  server.addHook('onRequest', (request, reply, done) => {
    request.trace = traceOf(request.headers['traceparent']);
    reply.headers(SECURITY_HEADERS).header('traceparent', request.trace.traceparent);
    done();
  });
  server.addHook('preSerialization', writeAnswer);
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    // Never the path as it was sent: it bears ids.
    const route = routeOptions.url === undefined ? 'none' : publishedPath(routeOptions.url);
    parts.metrics.served(method, route, reply.statusCode, reply.elapsedTime / 1000);
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

type Hook = Extract<NonNullable<RouteOptions['preValidation']>, (...args: never[]) => unknown>;

const requireCommandHeaders: Hook = (request, _reply, done) => {
  try {
    request.idempotencyKey = requireIdempotencyKey(request);
    request.basedOn = request.routeOptions.config.contract?.decides ? requireIfMatch(request) : null;
    done();
  } catch (error) {
    done(error as Error);
  }
};
