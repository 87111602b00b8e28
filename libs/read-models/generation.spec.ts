import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Generations } from './generation.js';
import { SqliteFiles } from './sqlite/files.js';
import { ScriptedClinic, upToDate, viewsOf } from './testing/scripted-clinic.js';

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

it('what an erased patient left goes as soon as nobody reads what was there before', async () => {
  const clinic = await new ScriptedClinic().opens();
  const views = await viewsOf(clinic, { file: join(folder, 'read.db') });
  const { patientId, episodeId } = await clinic.refers('Ana');
  await clinic.does(episodeId, { type: 'AddNote', text: 'cries a lot' });
  await upToDate(views, clinic);
  const holding = () => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes('cries a lot'));
  const reading = new DatabaseSync(join(folder, 'read.1.db'), { readOnly: true });
  reading.exec('BEGIN');
  reading.prepare('SELECT count(*) FROM patients').all();
  await clinic.erases(patientId);
  await upToDate(views, clinic);
  expect(holding()).not.toEqual([]);
  reading.close();
  await clinic.refers('Bo');
  await upToDate(views, clinic);
  expect(holding()).toEqual([]);
  await views.stop();
});
