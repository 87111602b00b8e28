import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Length of every key, the master key too. */
export const KEY_BYTES = 32;

/** Encrypts a key under the master key, bound to its name: nonce, ciphertext, tag. */
export function wrapKey(masterKey: Uint8Array, key: Uint8Array, name: string): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, masterKey, iv).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The key back, or null when it was wrapped under another master key or name, or was damaged. */
export function unwrapKey(masterKey: Uint8Array, wrapped: Uint8Array, name: string): Uint8Array | null {
  if (wrapped.length !== IV_BYTES + KEY_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, masterKey, wrapped.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(wrapped.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
