import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problems.js';

/** What waiting needs to know of the read models. */
export interface CaughtUp {
  /** Whether the views reached a position of the log within so many milliseconds. */
  waitFor(position: string, ms: number): Promise<boolean>;
  /** How far the views are; null before the first event. */
  status(): Promise<{ readonly position: string | null }>;
}

const LONGEST_WAIT_SECONDS = 10;
const TOKEN = /^[\w.:-]{1,100}$/;

/**
 * Fastify preHandler hook of reads that are answered from views. A caller who sends the Consistency-Token of a write and
 * `Prefer: wait=<seconds>` reads that write; with `handling=strict` they get 503 rather than an older view.
 */
export function readYourWrites(views: CaughtUp): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const token = tokenOf(request.headers['consistency-token']);
    const preference = preferenceOf(request.headers['prefer']);
    if (token === null) return;
    if (await views.waitFor(token, preference.waitMs)) {
      if (preference.waitMs > 0) reply.header('preference-applied', 'wait');
      reply.header('consistency-token', token);
      return;
    }
    if (preference.strict) throw new Problem('not-caught-up', undefined, { headers: { 'retry-after': '1' } });
    // Asked before the query runs, so that the token never promises more than the answer holds.
    const { position } = await views.status();
    if (position !== null) reply.header('consistency-token', position);
  };
}

function tokenOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && TOKEN.test(header)) return header;
  throw new Problem('malformed-header', 'Consistency-Token must be the value that an earlier answer carried.');
}

/** RFC 7240; unknown preferences are ignored, as it asks. */
export function preferenceOf(header: string | string[] | undefined): { waitMs: number; strict: boolean } {
  const preferences = new Map<string, string>();
  for (const part of String(header ?? '').split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=');
    preferences.set(name.trim().toLowerCase(), value.trim().replaceAll('"', '').toLowerCase());
  }
  const seconds = Number(preferences.get('wait') ?? 0);
  const waitMs = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS) * 1000 : 0;
  return { waitMs, strict: preferences.get('handling') === 'strict' };
}
