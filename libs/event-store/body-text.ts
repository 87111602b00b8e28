import { canonical } from './canonical.js';
import type { FrozenEvent } from './envelope.js';

// Written once when it is frozen, for the hash, and stored as it was hashed.
const written = new WeakMap<FrozenEvent['body'], string>();

/** The canonical text of a body that nobody changes any more. */
export function writeBody(body: FrozenEvent['body']): string {
  const text = canonical(body);
  written.set(body, text);
  return text;
}

/** The text that was hashed; of a body that was not frozen here, what it would be. */
export const textOf = (body: FrozenEvent['body']): string => written.get(body) ?? canonical(body);
