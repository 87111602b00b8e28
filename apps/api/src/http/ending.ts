import type { FastifyInstance } from 'fastify';

/** Whoever has not ended a request by then holds up everything that is closed after the API. */
const ENDS_WITHIN_MS = 10_000;

/** Once the server closes, requests under way may end; a connection that stays open all the same is cut. */
export function endConnections(fastify: FastifyInstance): void {
  const { server } = fastify;
  fastify.addHook('preClose', async () => {
    const timer = setTimeout(() => server.closeAllConnections(), ENDS_WITHIN_MS).unref();
    server.once('close', () => clearTimeout(timer));
  });
}
