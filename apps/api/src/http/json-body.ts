import type { FastifyInstance } from 'fastify';

/** Bodies are JSON or nothing; an empty body is one without fields. */
export function readOnlyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('remove', 'remove');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, wellFormed(body as string), done);
  });
}

/** A pair of escapes that is one character, half of one alone, and any other escape: read in this order, from left to right. */
const ESCAPE = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\[^]/g;
const HALF = '\\ud83d'.length;

/**
 * JSON whose text can be kept. Half a character, which no record can hold, becomes what the decoder made of bytes that are no UTF-8:
 * one odd sign must not cost a patient the rest of what was said.
 */
export const wellFormed = (json: string): string =>
  json.includes('\\u') ? json.replace(ESCAPE, (found) => (found.length === HALF ? '\\ufffd' : found)) : json;
