import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { damagedKeys } from './damaged-keys.js';
import { keyNames } from './key-file.js';
import { KeyDamaged, KeyDestroyed, KeyStoreAway, KeyStoreUnusable, WrongMasterKey, type KeyStore } from './key-ring.js';
import { KEY_STORE_FILE, openKeyStore } from './key-store.js';

const masterKey = randomBytes(32);
let folder: string;
let file: string;
let opened: KeyStore[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  file = join(folder, 'data', KEY_STORE_FILE);
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
  rmSync(folder, { recursive: true });
});

function open(at = file, key: Uint8Array = masterKey, onDamaged?: (kid: string) => void): KeyStore {
  const store = openKeyStore({ file: at, masterKey: key, ...(onDamaged && { onDamaged }) });
  opened.push(store);
  return store;
}

function reopen(store: KeyStore): KeyStore {
  opened.splice(opened.indexOf(store), 1);
  store.close();
  return open();
}

/** What a process that dies now leaves behind: the files as they are, nothing closed. */
function afterCrash(): KeyStore {
  const image = join(folder, randomUUID());
  cpSync(join(folder, 'data'), image, { recursive: true });
  return open(join(image, KEY_STORE_FILE));
}

function edit(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

const subject = () => `patient:${randomUUID()}`;

describe('the key store', () => {
  it('puts a key that a killed process had written and not synced on disk before it is used', () => {
    const { kid } = open().keyFor(subject());
    const image = join(folder, randomUUID());
    cpSync(join(folder, 'data'), image, { recursive: true });
    open(join(image, KEY_STORE_FILE));
    const durable = join(folder, 'durable.db');
    cpSync(join(image, KEY_STORE_FILE), durable);
    const database = new DatabaseSync(durable);
    expect(database.prepare('SELECT kid FROM keys').all()).toEqual([expect.objectContaining({ kid })]);
    database.close();
  });

  it('says so when the disk takes no new key, and makes it when it does again', () => {
    const store = open();
    edit("CREATE TRIGGER full BEFORE INSERT ON keys BEGIN SELECT RAISE(FAIL, 'no space'); END");
    const patient = subject();
    expect(() => store.keyFor(patient)).toThrow(KeyStoreAway);
    edit('DROP TRIGGER full');
    expect(store.keyFor(patient).key).toHaveLength(32);
  });

  it('makes no key under a master key that another has replaced', () => {
    const store = open();
    const before = subject();
    const kept = store.keyFor(before);
    // As by somebody who does not see that the store is open, on a file system without locks.
    edit("UPDATE master_key SET id = 'another'");
    expect(() => store.keyFor(subject())).toThrow(WrongMasterKey);
    expect(store.keyFor(before)).toEqual(kept);
    expect(store.subjects()).toHaveLength(1);
  });

  it('makes one key per subject and finds it again by subject and by id', () => {
    const store = open();
    const [one, two] = [subject(), 'organisation:clinic'];
    const first = store.keyFor(one);
    expect(first.key).toHaveLength(32);
    expect(store.keyFor(one)).toEqual(first);
    expect(store.keyFor(two).kid).not.toBe(first.kid);
    expect(store.keyFor(two).key).not.toEqual(first.key);
    expect(store.open(first.kid)).toEqual(first.key);
    expect(store.open(randomUUID())).toBeNull();
  });

  it('knows its keys after it was closed and opened again', () => {
    const store = open();
    const patient = subject();
    const before = store.keyFor(patient);
    const again = reopen(store);
    expect(again.open(before.kid)).toEqual(before.key);
    expect(again.keyFor(patient)).toEqual(before);
  });

  it('has every key on disk before it hands it out', () => {
    const store = open();
    for (let n = 0; n < 5; n += 1) {
      const { kid, key } = store.keyFor(subject());
      expect(afterCrash().open(kid)).toEqual(key);
    }
  });

  it('gives two stores on one file the same key', () => {
    const [one, two] = [open(), open()];
    const patient = subject();
    expect(two.keyFor(patient)).toEqual(one.keyFor(patient));
  });

  it('takes only opaque subjects', () => {
    for (const wrong of ['', 'patient:', 'Jane Doe', 'patient:Jane Doe', `patient:${'x'.repeat(65)}`, 'episode:1'])
      expect(() => open().keyFor(wrong)).toThrow(RangeError);
  });

  it('never writes a key in the clear, and lets nobody else read its files', () => {
    const { key } = open().keyFor(subject());
    for (const name of readdirSync(join(folder, 'data'))) {
      const path = join(folder, 'data', name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path).includes(key)).toBe(false);
    }
  });

  it('closes a file that was open to others', () => {
    open().close();
    opened.pop();
    chmodSync(file, 0o644);
    open();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('destroying a key', () => {
  it('makes it unknown at once, after a crash and after a restart', () => {
    const store = open();
    const [gone, kept] = [subject(), subject()];
    const { kid } = store.keyFor(gone);
    const other = store.keyFor(kept);
    expect(store.destroy(gone)).toEqual({ kid });
    for (const viewed of [() => store, afterCrash, () => reopen(store)]) {
      const view = viewed();
      expect(view.open(kid)).toBeNull();
      expect(() => view.keyFor(gone)).toThrow(KeyDestroyed);
      expect(view.open(other.kid)).toEqual(other.key);
    }
  });

  it('is no error a second time, and null for somebody without a key', () => {
    const store = open();
    const patient = subject();
    const { kid } = store.keyFor(patient);
    store.destroy(patient);
    const destroyedAt = store.subjects()[0]?.destroyedAt;
    expect(store.destroy(patient)).toEqual({ kid });
    expect(store.subjects()).toMatchObject([{ subject: patient, kid, destroyedAt }]);
    expect(store.destroy(subject())).toBeNull();
  });

  it('leaves no trace of the wrapped key in any file', () => {
    const store = open();
    const patient = subject();
    store.keyFor(patient);
    const database = new DatabaseSync(file, { readOnly: true });
    const { wrapped } = database.prepare('SELECT wrapped FROM keys').get() as { wrapped: Uint8Array };
    database.close();
    const holding = () =>
      readdirSync(join(folder, 'data')).filter((name) => readFileSync(join(folder, 'data', name)).includes(wrapped));
    expect(holding()).not.toEqual([]);
    store.destroy(patient);
    expect(holding()).toEqual([]);
  });

  it('leaves none in the write-ahead log either when the process was killed before it had emptied that', () => {
    open().keyFor(subject());
    edit("PRAGMA secure_delete = ON; UPDATE keys SET wrapped = NULL, destroyed_at = '2026-03-02T15:00:00.000Z'");
    const image = join(folder, randomUUID());
    cpSync(join(folder, 'data'), image, { recursive: true });
    const log = join(image, `${KEY_STORE_FILE}-wal`);
    expect(statSync(log).size).toBeGreaterThan(0);
    open(join(image, KEY_STORE_FILE));
    expect(statSync(log).size).toBe(0);
  });

  it('by name, as start-up does: those still there, in a restored store too', () => {
    const store = open();
    const [gone, kept] = [subject(), subject()];
    const { kid } = store.keyFor(gone);
    store.keyFor(kept);
    const restored = afterCrash();
    store.destroy(gone);
    expect(restored.open(kid)).not.toBeNull();
    expect(restored.destroyNamed([kid, randomUUID()])).toEqual([kid]);
    expect(restored.open(kid)).toBeNull();
    expect(restored.destroyNamed([kid])).toEqual([]);
    expect(restored.subjects().filter(({ destroyedAt }) => destroyedAt === null)).toMatchObject([{ subject: kept }]);
  });
});

describe('a key store that is not as it should be', () => {
  it('says so when the master key is another one, and is left unharmed', () => {
    const store = open();
    const { kid, key } = store.keyFor(subject());
    expect(() => open(file, randomBytes(32))).toThrow(WrongMasterKey);
    expect(() => open(file, randomBytes(32))).toThrow(/master key does not fit.*FOLLOWTHROUGH_KEY_FILE/);
    expect(reopen(store).open(kid)).toEqual(key);
  });

  it('notices the wrong master key before the first subject has a key', () => {
    open();
    expect(() => open(file, randomBytes(32))).toThrow(WrongMasterKey);
  });

  it('takes only a master key of 32 bytes', () => {
    expect(() => open(file, randomBytes(16))).toThrow(RangeError);
  });

  it('does not open the file of a newer version', () => {
    open();
    edit('PRAGMA user_version = 99');
    expect(() => open()).toThrow(KeyStoreUnusable);
  });

  it('names a file that is no key store, or cannot be one', () => {
    mkdirSync(dirname(file));
    writeFileSync(file, 'no database at all, and long enough to have a header of one: '.repeat(20));
    const below = join(file, 'keys.db');
    for (const act of [() => open(), () => keyNames(file)])
      expect(act).toThrow(`The key store ${file} cannot be used: file is not a database`);
    expect(() => open(below)).toThrow(new RegExp(`^The key store ${below} cannot be used: `));
  });

  it('treats a damaged key as unknown when reading, counts it, and refuses to seal with it or replace it', () => {
    const [patient, other] = [subject(), subject()];
    const { kid } = open().keyFor(patient);
    const fine = open().keyFor(other);
    edit(`UPDATE keys SET wrapped = zeroblob(60) WHERE kid = '${kid}'`);
    const store = open();
    expect(store.damaged()).toBe(1);
    expect(store.open(kid)).toBeNull();
    expect(() => store.keyFor(patient)).toThrow(KeyDamaged);
    expect(store.open(fine.kid)).toEqual(fine.key);
    expect(damagedKeys(file, masterKey)).toEqual([{ subject: patient, kid }]);
    store.destroy(patient);
    expect(store.damaged()).toBe(0);
  });

  it('tells once of a key that is damaged while it is open', () => {
    const patient = subject();
    const { kid } = open().keyFor(patient);
    const told: string[] = [];
    const store = open(file, masterKey, (name) => told.push(name));
    edit(`UPDATE keys SET wrapped = zeroblob(60) WHERE kid = '${kid}'`);
    expect(store.damaged()).toBe(0);
    expect(() => store.keyFor(patient)).toThrow(KeyDamaged);
    expect(store.open(kid)).toBeNull();
    expect([told, store.damaged()]).toEqual([[kid], 1]);
  });

  it('does not accept the wrapped key of one subject under the name of another', () => {
    const [one, two] = [open().keyFor(subject()), open().keyFor(subject())];
    edit(`UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE kid = '${one.kid}') WHERE kid = '${two.kid}'`);
    expect(open().open(two.kid)).toBeNull();
  });
});
