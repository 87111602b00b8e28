import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.js';

/** Strong: the revision names one state of the stream, byte for byte in meaning. */
export const etagOf = (revision: number): string => `"${revision}"`;

/** The revision that the caller decided upon. @throws Problem 428 when If-Match is absent, 400 when it is no revision of ours */
export function requireIfMatch(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new Problem('precondition-required', 'Send the ETag of the episode that you decided upon as If-Match.');
  const sent = /^"(\d{1,9})"$/.exec(header);
  if (!sent) throw new Problem('malformed-header', 'If-Match must be one ETag of this episode, such as "11".');
  return Number(sent[1]);
}

/** Whether the caller already has this representation (RFC 9110 §13.1.2: weak comparison). */
export function alreadyHas(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  return (
    header !== undefined &&
    header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
  );
}
