import { canonical } from './canonical.js';
import type { FrozenEvent } from './envelope.js';

type Body = FrozenEvent['body'];

// Written once when it is frozen, for the hash, and stored as it was hashed; read back, what is stored is what must have been hashed.
const written = new WeakMap<Body, string>();

/** The canonical text of a body that nobody changes any more. */
export function writeBody(body: Body): string {
  const text = canonical(body);
  written.set(body, text);
  return text;
}

/** A body from the text in which it is stored. @throws SyntaxError */
export function readBody(text: string): Body {
  const body = JSON.parse(text) as Body;
  written.set(body, text);
  return body;
}

/** The text that was hashed; of a body that was neither frozen nor read here, what it would be. */
export const textOf = (body: Body): string => written.get(body) ?? canonical(body);
