import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { setting, SettingError } from './setting.js';

const folder = mkdtempSync(join(tmpdir(), 'setting-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'secret');
writeFileSync(file, 'from a file\n');

describe('a setting', () => {
  it.each([
    [{}, undefined],
    [{ LOG: '' }, undefined],
    [{ LOG: 'direct' }, 'direct'],
    [{ LOG_FILE: file }, 'from a file'],
    [{ LOG: '', LOG_FILE: file }, 'from a file'],
  ])('of %j is %j', (env, wanted) => {
    expect(setting(env, 'LOG')).toBe(wanted);
  });

  it('is refused when it is named twice, or its file is not there', () => {
    expect(() => setting({ LOG: 'direct', LOG_FILE: file }, 'LOG')).toThrow(SettingError);
    expect(() => setting({ LOG_FILE: join(folder, 'none') }, 'LOG')).toThrow(/LOG_FILE: ENOENT/);
  });
});
