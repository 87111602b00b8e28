import { createHmac, hkdfSync } from 'node:crypto';
import { canonical } from './canonical.js';
import type { Json } from './envelope.js';

const PURPOSE = 'followthrough/fingerprint/v1';

/**
 * Hex HMAC-SHA-256 of a request's canonical JSON under a key derived from the patient's.
 * Keyed, because a plain hash of a score or a birth date could be guessed, and would survive the erasure of the key.
 */
export function fingerprintOf(key: Uint8Array, request: Json): string {
  const derived = Buffer.from(hkdfSync('sha256', key, '', PURPOSE, 32));
  return createHmac('sha256', derived).update(canonical(request)).digest('hex');
}
