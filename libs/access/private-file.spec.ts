import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPrivateFile, PrivateFileError, readPrivateFile } from './private-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a private file', () => {
  it('is created once; who comes second gets the first one’s content', () => {
    const file = join(folder, 'a', 'b', 'secret');
    expect(readPrivateFile(file)).toBeNull();
    expect(createPrivateFile(file, 'first')).toBe(true);
    expect(createPrivateFile(file, 'second')).toBe(false);
    expect(readPrivateFile(file)).toBe('first');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['secret']);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  it('that cannot be opened is an error, not a missing one', () => {
    const loop = join(folder, 'loop');
    symlinkSync(loop, loop);
    expect(() => readPrivateFile(loop)).toThrow(PrivateFileError);
    expect(() => readPrivateFile(folder)).toThrow(PrivateFileError);
  });
});
