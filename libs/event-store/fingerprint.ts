import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { canonical } from './canonical.js';
import type { Json } from './envelope.js';

const PURPOSE = 'followthrough/fingerprint/v1';

/**
 * Hex HMAC-SHA-256 of a request's canonical JSON under a key derived from the patient's.
 * Keyed, because a plain hash of a score or a birth date could be guessed, and would survive the erasure of the key.
 */
export function fingerprintOf(key: Uint8Array, request: Json): string {
  return createHmac('sha256', derivedFrom(key)).update(canonical(request)).digest('hex');
}

/** Goes with the key that it comes from. */
const derivedKeys = new WeakMap<Uint8Array, KeyObject>();

function derivedFrom(key: Uint8Array): KeyObject {
  const known = derivedKeys.get(key);
  if (known) return known;
  const derived = createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', PURPOSE, 32)));
  derivedKeys.set(key, derived);
  return derived;
}
