import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolderUnusable, holdDataFolder } from './data-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a data folder', () => {
  it('that cannot be held is named, with the reason', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => holdDataFolder(file)).toThrow(`The data folder ${file} cannot be used: EEXIST: file already exists`);
    mkdirSync(join(folder, 'lock.db'));
    expect(() => holdDataFolder(folder)).toThrow(
      `The data folder ${folder} cannot be used: unable to open database file`,
    );
    expect(() => holdDataFolder(file)).toThrow(DataFolderUnusable);
  });
});
