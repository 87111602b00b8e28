import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { SealedBox } from './envelope.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;

/** Random bytes for many nonces: one call to the system's source for 256 of them. */
const nonces = Buffer.alloc(256 * NONCE_BYTES);
let nextNonce = nonces.length;

/** Where a box belongs; it opens nowhere else. */
export interface BoxPlace {
  readonly streamId: string;
  readonly revision: number;
  readonly type: string;
}

/** Encrypts a JSON value for exactly this place in this stream. */
export function seal(
  value: unknown,
  { kid, key }: { readonly kid: string; readonly key: Uint8Array },
  place: BoxPlace,
): SealedBox {
  const iv = freshNonce();
  const cipher = createCipheriv(CIPHER, key, iv);
  cipher.setAAD(placeBytes(place));
  const ct = cipher.update(JSON.stringify(value), 'utf8');
  // GCM is a stream: nothing is left over for the end.
  cipher.final();
  return { ct: ct.toString('base64'), iv: iv.toString('base64'), kid, tag: cipher.getAuthTag().toString('base64') };
}

/** The sealed JSON value. @throws when key, place or any bit of the box is not the one it was sealed with. */
export function openBox(box: SealedBox, key: Uint8Array, place: BoxPlace): unknown {
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(box.iv, 'base64'), { authTagLength: 16 });
  decipher.setAAD(placeBytes(place));
  decipher.setAuthTag(Buffer.from(box.tag, 'base64'));
  const plain = decipher.update(box.ct, 'base64');
  decipher.final();
  return JSON.parse(plain.toString('utf8'));
}

function freshNonce(): Buffer {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces);
    nextNonce = 0;
  }
  return nonces.subarray(nextNonce, (nextNonce += NONCE_BYTES));
}

function placeBytes({ streamId, revision, type }: BoxPlace): Buffer {
  return Buffer.from(`${streamId}|${revision}|${type}`);
}
