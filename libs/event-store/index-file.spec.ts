import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { inTransaction, isFileFailure, openIndexFile } from './index-file.js';

const failureOf = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

it('tells why a transaction failed, also when SQLite has rolled it back itself', () => {
  const db = openIndexFile(':memory:', 1, 'CREATE TABLE one (n INTEGER PRIMARY KEY) STRICT;');
  db.exec('INSERT INTO one VALUES (1)');
  const twice = (): void => inTransaction(db, () => db.exec('INSERT OR ROLLBACK INTO one VALUES (1)'));
  expect(twice).toThrow('UNIQUE constraint failed: one.n');
});

it('tells a file that is full from what may not be written, and from what is no failure of SQLite', () => {
  const db = openIndexFile(':memory:', 1, 'CREATE TABLE one (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;');
  db.exec('PRAGMA max_page_count = 4');
  const full = failureOf(() => db.prepare('INSERT INTO one VALUES (1, ?)').run('x'.repeat(100_000)));
  const empty = failureOf(() => db.prepare('INSERT INTO one VALUES (2, NULL)').run());
  expect([full, empty, new Error('other')].map(isFileFailure)).toEqual([true, false, false]);
});

it('begins anew where a file is damaged, also behind a beginning that is whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'index-file-'));
  const file = join(folder, 'one.db');
  const schema = 'CREATE TABLE IF NOT EXISTS one (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;';
  const before = openIndexFile(file, 1, schema);
  for (let n = 0; n < 100; n += 1) before.prepare('INSERT INTO one VALUES (?, ?)').run(n, 'x'.repeat(1_000));
  before.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, 8_192);
  writeFileSync(file, bytes);
  const after = openIndexFile(file, 1, schema);
  expect(after.prepare('SELECT count(*) AS n FROM one').get()?.['n']).toBe(0);
  after.close();
  rmSync(folder, { recursive: true });
});
