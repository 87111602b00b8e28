import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { atLeast, cacheFolder, isRecentEnough, obtainTemporal, readPins } from './temporal.mjs';

describe('which Temporal CLI we can use', () => {
  it.each([
    ['temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)', true],
    ['temporal version v1.5.0 (Server 1.29.0, UI 2.40.0)', true],
    ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', true],
    ['temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)', false],
    ['temporal version 0.13.2 (Server 1.24.0)', false],
    ['temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)', true],
    ['temporal version 0.0.0-DEV', false],
    ['tctl 1.18', false],
    ['', false],
  ])('%s: %s', (said, usable) => {
    expect(isRecentEnough(said)).toBe(usable);
  });
});

it.each([
  ['1.26.8', [1, 26, 4], true],
  ['1.26.4', [1, 26, 4], true],
  ['1.26', [1, 26, 4], false],
  ['1.9.0', [1, 26], false],
  ['1.27rc1', [1, 26, 4], true],
  ['devel', [1, 26], false],
])('%s is at least %j: %s', (version, wanted, answer) => {
  expect(atLeast(version, wanted)).toBe(answer);
});

it('names the cache after what is pinned', () => {
  const pins = readPins();
  expect(pins).toEqual({
    cli: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    go: expect.stringMatching(/^1\.\d+/),
    hash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-pins-'));
  writeFileSync(join(folder, 'go.mod'), `go 1.26.4\nrequire github.com/temporalio/cli v${pins.cli}\n`);
  writeFileSync(join(folder, 'go.sum'), '');
  expect(readPins(folder)).toMatchObject({ cli: pins.cli });
  expect(readPins(folder).hash).not.toBe(pins.hash);
  rmSync(folder, { recursive: true });
});

it.each([
  [{ FOLLOWTHROUGH_CACHE: '/ours', XDG_CACHE_HOME: '/standard' }, '/ours'],
  [{ XDG_CACHE_HOME: '/standard' }, '/standard/followthrough'],
])('%j keeps it in %s', (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});

it('takes a binary from the PATH before anything else, if it is recent enough', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-path-'));
  const file = join(folder, 'temporal');
  const { PATH } = process.env;
  try {
    process.env['PATH'] = `${folder}:${PATH}`;
    writeFileSync(file, '#!/bin/sh\necho "temporal version 1.9.0 (Server 1.32.0, UI 2.51.0)"\n', { mode: 0o755 });
    expect(await obtainTemporal({ allowBuild: false })).toEqual({ path: file, source: 'path' });
  } finally {
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true });
  }
});
