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

/** The same body, of which somebody knows the canonical text. */
export function writtenAs(body: Body, text: string): Body {
  written.set(body, text);
  return body;
}

/** A body from the text in which it is stored. @throws SyntaxError */
export function readBody(text: string): Body {
  return writtenAs(JSON.parse(text) as Body, text);
}

/** The text that was hashed; of a body that was neither frozen nor read here, what it would be. */
export const textOf = (body: Body): string => written.get(body) ?? canonical(body);
