import { randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** A key ring in memory, for tests and the runtime without files. Its keys are gone with the process. */
export function memoryKeys(): KeyRing & { erase(subject: string): void } {
  const bySubject = new Map<string, { kid: string; key: Uint8Array } | 'erased'>();
  const byKid = new Map<string, Uint8Array>();
  return {
    keyFor(subject) {
      const known = bySubject.get(subject);
      if (known === 'erased') throw new Error('the key of this subject was erased');
      if (known) return known;
      const made = { kid: randomBytes(9).toString('base64url'), key: new Uint8Array(randomBytes(32)) };
      bySubject.set(subject, made);
      byKid.set(made.kid, made.key);
      return made;
    },
    open: (kid) => byKid.get(kid) ?? null,
    erase(subject) {
      const known = bySubject.get(subject);
      if (known && known !== 'erased') byKid.delete(known.kid);
      bySubject.set(subject, 'erased');
    },
  };
}
