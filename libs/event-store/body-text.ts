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

/** A body from the text in which it is stored. One whose text is damaged fits no schema, and its hash shows it: whoever reads the log goes on behind it. */
export function readBody(text: string): Body {
  return writtenAs(parsed(text), text);
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return { facts: { damaged: true }, sealed: null }; // fits no schema
  }
}

/** The text that was hashed; of a body that was neither frozen nor read here, what it would be. */
export const textOf = (body: Body): string => written.get(body) ?? canonical(body);
