import type { FastifyRequest } from 'fastify';
import { v5 } from 'uuid';
import type { Identity } from '#access';
import { Problem } from './problems.js';

/** The name space of ids that come of an Idempotency-Key. */
const NAMESPACE = '5a2c4f0e-7f4b-5d0a-9a56-0c3f0a1f7b11';
const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws Problem when the header is absent or not 1 to 255 visible ASCII characters */
export function requireIdempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined)
    throw new Problem(
      'idempotency-key-required',
      'Send an Idempotency-Key: a fresh UUID per act, the same one for its retries.',
    );
  if (typeof key !== 'string' || !KEY.test(key))
    throw new Problem('idempotency-key-required', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  return key;
}

/**
 * An id that comes of a key: the same caller and key give the same id for ever, in whatever process and after whatever loss.
 * `part` tells apart the ids of one request.
 */
export const idFor = (caller: Identity, key: string, part: string): string =>
  v5(`${caller.organisation}:${caller.actor}:${part}:${key}`, NAMESPACE);

/** The command id behind an Idempotency-Key. */
export const commandIdFor = (caller: Identity, key: string, part = 'command'): string => idFor(caller, key, part);
