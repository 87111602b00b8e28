import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Generations } from './generation.js';
import { SqliteFiles } from './sqlite/files.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'generations-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('no generation stays open when another cannot be opened', async () => {
  const generations = new Generations(new SqliteFiles(join(folder, 'read.db')), []);
  for (const one of [await generations.create(), await generations.create()]) await one.close();
  rmSync(join(folder, 'read.1.db'));
  mkdirSync(join(folder, 'read.1.db'));
  await expect(generations.openNewest()).rejects.toThrow('unable to open database file');
  // Whoever has a file open last removes the write-ahead log beside it.
  expect(readdirSync(folder).toSorted()).toEqual(['read.1.db', 'read.2.db']);
});
