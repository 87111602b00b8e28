/** The data keys of patients, each 32 bytes. Synchronous: libs/access keeps them in memory and on disk. */
export interface KeyRing {
  /** The key of a subject, created and made durable before it is returned. Throws when the subject's key was erased, or cannot be used. */
  keyFor(subject: string): { readonly kid: string; readonly key: Uint8Array };
  /** The key with this id, or null when it was erased or never was here. */
  open(kid: string): Uint8Array | null;
}

/** The key is there and cannot be used: damaged, or wrapped under a master key that came later. libs/access throws it; its name is all that is known here. */
export const isUnusableKey = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'KeyDamaged' || error.name === 'WrongMasterKey');

/** The key was destroyed on purpose. libs/access throws it; its name is all that is known here. */
export const isDestroyedKey = (error: unknown): boolean => error instanceof Error && error.name === 'KeyDestroyed';
