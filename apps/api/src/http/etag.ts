import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.js';

/** The revision names one state of the stream; once its key was destroyed the same state is shown otherwise. */
export const etagOf = (revision: number, isUnreadable = false): string =>
  `"${revision}${isUnreadable ? '-unreadable' : ''}"`;

/** The revision that the caller decided upon. @throws Problem 428 when If-Match is absent, 400 when it is no revision of ours */
export function requireIfMatch(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new Problem('precondition-required', 'Send the ETag of the record that you decided upon as If-Match.');
  const sent = /^"(\d{1,9})(?:-unreadable)?"$/.exec(header);
  if (!sent) throw new Problem('malformed-header', 'If-Match must be one ETag of this record, such as "11".');
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
