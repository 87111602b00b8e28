import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiModule } from './api-module.js';
import { endConnections } from './http/ending.js';
import { answerClientError } from './http/client-error.js';
import { faultWords } from './http/fault-words.js';
import { installHooks } from './http/hooks.js';
import { readOnlyJson } from './http/json-body.js';
import { ProblemFilter, sendProblem } from './http/problem-filter.js';
import { Problem } from './http/problems.js';
import { Routes } from './http/routes.js';
import { Metrics } from './metrics/metrics.js';
import type { ApiParts } from './parts.js';

export { LogClock } from './health/log-clock.js';
export { NO_BACKGROUND } from './health/probes.js';
export type { Readiness } from './health/readiness.js';
export { Metrics } from './metrics/metrics.js';
export type { AccessLog, ApiParts } from './parts.js';

const BODY_LIMIT = 256 * 1024;
const HEADERS_WITHIN_MS = 30_000;

/** Builds the API over its parts and initialises it; the caller listens, or injects requests. */
export async function createApiApp(parts: ApiParts): Promise<NestFastifyApplication> {
  const routes = new Routes();
  const metrics = parts.metrics ?? new Metrics();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    // Nobody's prototype is changed by a body: such keys are dropped (fastify.dev, "onProtoPoisoning").
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    connectionTimeout: 0,
    requestTimeout: HEADERS_WITHIN_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // No Nest middleware is used, and middie would cost on every request.
    skipMiddie: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, request, new Problem(error.statusCode === 414 ? 'uri-too-long' : 'malformed-request')),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const server = adapter.getInstance() as unknown as FastifyInstance;
  endConnections(server);
  readOnlyJson(server);
  installHooks(server, {
    verifier: parts.verifier,
    organisations: parts.runtime.organisations,
    clock: parts.runtime.clock,
    views: parts.readModels,
    routes,
    metrics,
    beginRequest: parts.beginRequest,
  });

  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(parts, routes, metrics), adapter, {
    bodyParser: false,
    logger: ['warn', 'error', 'fatal'],
  });
  app.useGlobalFilters(new ProblemFilter(routes, parts.faultLog ?? logToConsole));
  await app.init();
  await server.ready();
  return app;
}

function logToConsole(message: string, fault: unknown): void {
  console.error(`${message}: ${faultWords(fault)}`);
}
