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
