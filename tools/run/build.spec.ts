import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeOrphans, sourceStamp } from './build.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'followthrough-build-'));
  write('libs/care/index.ts');
  write('tsconfig.json');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text = ''): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe('a new build is due', () => {
  it.each<[string, () => void]>([
    ['a source is written', () => write('libs/care/index.ts', 'export {};')],
    ['a source is touched', () => utimesSync(join(root, 'libs/care/index.ts'), 1, 1)],
    ['a source is added', () => write('workflows/index.ts')],
    ['a source is removed', () => rmSync(join(root, 'libs/care/index.ts'))],
    ['a setting changes', () => write('tsconfig.json', '{}')],
  ])('when %s', (_what, change) => {
    const before = sourceStamp(root);
    change();
    expect(sourceStamp(root)).not.toBe(before);
  });
});

it.each(['libs/care/index.spec.ts', 'test/journeys/start.spec.ts', 'docs/page.md'])(
  'no build is due for %s',
  (file) => {
    const before = sourceStamp(root);
    write(file);
    expect(sourceStamp(root)).toBe(before);
  },
);

it('takes the output of deleted sources out of dist', () => {
  write('dist/libs/care/index.js');
  write('dist/libs/care/gone.js');
  write('dist/libs/care/gone.js.map');
  write('dist/workflow-bundle.js');
  removeOrphans(root);
  const left = ['libs/care/index.js', 'libs/care/gone.js', 'libs/care/gone.js.map', 'workflow-bundle.js'].filter(
    (file) => existsSync(join(root, 'dist', file)),
  );
  expect(left).toEqual(['libs/care/index.js', 'workflow-bundle.js']);
});
