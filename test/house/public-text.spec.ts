import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = /\.(png|jpe?g|gif|ico|gz|woff2?)$/;

// Written in two halves, so that this file does not break its own rule.
const unwanted: [what: string, pattern: RegExp][] = [
  [
    'a path of somebody’s machine',
    new RegExp(`(^|[\\s"'\`(=:])/(${['wo' + 'rk', 'ro' + 'ot', 'home/[a-z]'].join('|')})/`),
  ],
  [
    'the host of a package registry',
    new RegExp(['registry\\.np' + 'mjs', 'proxy\\.go' + 'lang', 'npm\\.pk' + 'g'].join('|')),
  ],
];

/** What git tracks, or would track if it were added. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  .toString('utf8')
  .split('\0')
  .filter((file) => file !== '' && !binary.test(file));

it.each(unwanted)('no file holds %s', (_what, pattern) => {
  const found = files.filter((file) => pattern.test(readOrNothing(file)));
  expect(found).toEqual([]);
});

function readOrNothing(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}
