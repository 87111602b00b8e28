/** What seals and unseals events need: structurally the key ring of the event codec. */
export interface KeyRing {
  /**
   * The key of a subject, made on first use and durable before it is returned.
   * @throws KeyDestroyed when it was destroyed: nothing may be sealed for this subject any more
   * @throws KeyDamaged when it cannot be unwrapped
   * @throws KeyStoreAway when the disk does not take a new one
   */
  keyFor(subject: string): { kid: string; key: Uint8Array };
  /** The key by its id; null when it is unknown, destroyed or damaged, so that a lost key never stops a follow-up. */
  open(kid: string): Uint8Array | null;
}

/** One subject as the store lists it: whose key, since when, and since when no more. */
export interface KeySubject {
  readonly subject: string;
  readonly kid: string;
  readonly createdAt: string;
  readonly destroyedAt: string | null;
}

/** The keys of patients and organisations on disk. One process owns the file; what is in its memory is what it knows. */
export interface KeyStore extends KeyRing {
  /** The name of the subject's key, also of one that is damaged or destroyed; null when there never was one. */
  kidOf(subject: string): string | null;
  /** Makes everything sealed for this subject unreadable for good. Again is no error; null when the subject has no key. */
  destroy(subject: string): { kid: string } | null;
  /** Destroys the keys that `PatientDataErased` names, at start-up, after a restore too; answers those that were still there. */
  destroyNamed(kids: Iterable<string>): readonly string[];
  subjects(): readonly KeySubject[];
  /** How many keys cannot be unwrapped: all were looked at when the store was opened, and again whenever one is asked for. */
  damaged(): number;
  close(): void;
}

/** The key of this subject was destroyed on purpose. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  constructor(readonly subject: string) {
    super(`The key of ${subject} was destroyed; nothing can be sealed for it any more.`);
  }
}

/** The stored key of this subject cannot be unwrapped although the master key is the right one. */
export class KeyDamaged extends Error {
  override readonly name = 'KeyDamaged';
  constructor(readonly subject: string) {
    super(`The key of ${subject} is damaged in the key store. Restore keys.db from a backup.`);
  }
}

/** A key could not be made durable, so nothing was sealed with it; the next try may succeed. */
export class KeyStoreAway extends Error {
  override readonly name = 'KeyStoreAway';
}

/** The key store was made with another master key. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
  constructor(readonly file: string) {
    super(`The master key does not fit the key store ${file}. Use the key it was made with (FOLLOWTHROUGH_KEY_FILE).`);
  }
}

/** The key store cannot be used as it is. */
export class KeyStoreUnusable extends Error {
  override readonly name = 'KeyStoreUnusable';
}
