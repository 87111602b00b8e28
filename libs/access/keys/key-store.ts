import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { masterKeyId, passesKeyCheck, writeKeyCheck } from './key-check.js';
import { damagedIn } from './damaged-keys.js';
import { openKeyDatabase } from './key-database.js';
import { KeyDamaged, KeyDestroyed, KeyStoreAway, WrongMasterKey, type KeyStore, type KeySubject } from './key-ring.js';
import { KEY_BYTES, unwrapKey, wrapKey } from './wrapping.js';

/** The name of the key store in the data folder. */
export const KEY_STORE_FILE = 'keys.db';

const SUBJECT = /^(patient|organisation):[A-Za-z0-9._-]{1,64}$/;

export interface KeyStoreOptions {
  readonly file: string;
  readonly masterKey: Uint8Array;
  /** Told once of each key that cannot be unwrapped and could be when the store was opened. */
  readonly onDamaged?: (kid: string) => void;
}

/**
 * Opens the key store, creating it on first use.
 * @throws WrongMasterKey when it was made with another master key
 * @throws KeyStoreUnusable when SQLite cannot promise durability, or a newer version made the file
 */
export function openKeyStore(options: KeyStoreOptions): KeyStore {
  const { file, masterKey } = options;
  if (masterKey.length !== KEY_BYTES) throw new RangeError(`A master key has ${KEY_BYTES} bytes.`);
  const database = openKeyDatabase(file, (fresh) => writeKeyCheck(fresh, masterKey));
  try {
    if (!passesKeyCheck(database, masterKey)) throw new WrongMasterKey(file);
    return new SqliteKeyStore(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

interface Row {
  readonly subject: string;
  readonly kid: string;
  readonly wrapped: Uint8Array | null;
}

interface NamedKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

class SqliteKeyStore implements KeyStore {
  private readonly bySubject = new Map<string, NamedKey>();
  private readonly byKid = new Map<string, Uint8Array>();
  private readonly damagedKids: Set<string>;
  private readonly selectSubject: StatementSync;
  private readonly selectKid: StatementSync;
  private readonly insert: StatementSync;
  private readonly erase: StatementSync;

  constructor(
    private readonly database: DatabaseSync,
    private readonly options: KeyStoreOptions,
  ) {
    this.damagedKids = new Set(damagedIn(database, options.masterKey).map(({ kid }) => kid));
    this.selectSubject = database.prepare('SELECT subject, kid, wrapped FROM keys WHERE subject = ?');
    this.selectKid = database.prepare('SELECT subject, kid, wrapped FROM keys WHERE kid = ?');
    // Nothing is wrapped under a master key that is not the store's any more, whoever replaced it meanwhile.
    this.insert = database.prepare(
      `INSERT INTO keys (subject, kid, wrapped, created_at)
       SELECT ?, ?, ?, ? FROM master_key WHERE id = ? ON CONFLICT (subject) DO NOTHING`,
    );
    this.erase = database.prepare(
      'UPDATE keys SET wrapped = NULL, destroyed_at = ? WHERE subject = ? AND destroyed_at IS NULL',
    );
  }

  keyFor(subject: string): NamedKey {
    return this.bySubject.get(subject) ?? this.remember(subject, this.load(subject) ?? this.create(subject));
  }

  open(kid: string): Uint8Array | null {
    const known = this.byKid.get(kid);
    if (known) return known;
    const row = this.selectKid.get(kid) as Row | undefined;
    if (!row || row.wrapped === null) return null;
    const key = this.unwrap(row.wrapped, kid);
    return key && this.remember(row.subject, { kid, key }).key;
  }

  kidOf(subject: string): string | null {
    const row = this.selectSubject.get(subject) as Row | undefined;
    return row?.kid ?? null;
  }

  destroy(subject: string): { kid: string } | null {
    const row = this.selectSubject.get(subject) as Row | undefined;
    if (!row) return null;
    // Dropped, not zeroed: somebody may still hold this buffer and would seal with zeros.
    this.bySubject.delete(subject);
    this.byKid.delete(row.kid);
    this.damagedKids.delete(row.kid);
    this.erase.run(new Date().toISOString(), subject);
    this.emptyWal();
    return { kid: row.kid };
  }

  destroyNamed(kids: Iterable<string>): readonly string[] {
    const rows = [...kids].map((kid) => this.selectKid.get(kid) as Row | undefined);
    const present = rows.filter((row): row is Row => row !== undefined && row.wrapped !== null);
    for (const { subject } of present) this.destroy(subject);
    return present.map(({ kid }) => kid);
  }

  subjects(): readonly KeySubject[] {
    const sql = 'SELECT subject, kid, created_at AS createdAt, destroyed_at AS destroyedAt FROM keys ORDER BY subject';
    return this.database.prepare(sql).all() as unknown as KeySubject[];
  }

  damaged(): number {
    return this.damagedKids.size;
  }

  close(): void {
    this.bySubject.clear();
    this.byKid.clear();
    this.database.close();
  }

  private load(subject: string): NamedKey | null {
    const row = this.selectSubject.get(subject) as Row | undefined;
    if (!row) return null;
    if (row.wrapped === null) throw new KeyDestroyed(subject);
    const key = this.unwrap(row.wrapped, row.kid);
    if (!key) throw new KeyDamaged(subject);
    return { kid: row.kid, key };
  }

  private create(subject: string): NamedKey {
    if (!SUBJECT.test(subject)) throw new RangeError('A key belongs to patient:<id> or organisation:<id>.');
    const kid = randomUUID();
    const key = randomBytes(KEY_BYTES);
    const wrapped = wrapKey(this.options.masterKey, key, kid);
    // Returns after its own COMMIT with synchronous=FULL: nothing is sealed with a key that a power cut could take.
    const changes = this.write(subject, kid, wrapped);
    if (changes === 1) return { kid, key };
    const others = this.load(subject);
    if (others === null) throw new WrongMasterKey(this.options.file);
    return others;
  }

  private write(subject: string, kid: string, wrapped: Uint8Array): number {
    const under = masterKeyId(this.options.masterKey);
    try {
      return Number(this.insert.run(subject, kid, wrapped, new Date().toISOString(), under).changes);
    } catch (cause) {
      throw new KeyStoreAway('The key store takes no new key just now.', { cause });
    }
  }

  private unwrap(wrapped: Uint8Array, kid: string): Uint8Array | null {
    const key = unwrapKey(this.options.masterKey, wrapped, kid);
    if (key === null && !this.damagedKids.has(kid)) {
      this.damagedKids.add(kid);
      this.options.onDamaged?.(kid);
    }
    return key;
  }

  private remember(subject: string, named: NamedKey): NamedKey {
    this.bySubject.set(subject, named);
    this.byKid.set(named.kid, named.key);
    return named;
  }

  /** The write-ahead log still holds the page with the wrapped key; a reader that stands in the way delays this to the next close. */
  private emptyWal(): void {
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
}
