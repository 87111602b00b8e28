import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agreesWithLock, isInstalled } from './install.mjs';

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'followthrough-install-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true }));

const wanted = (packages: Packages) =>
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': { version: '1' }, ...packages } }));
const installed = (packages: Packages) =>
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));

describe('what is installed agrees with the lock', () => {
  const zod = { version: '4.6.7', integrity: 'sha512-z' };

  it('when both name the same', () => {
    wanted({ 'node_modules/zod': zod });
    installed({ 'node_modules/zod': zod });
    expect(agreesWithLock(root)).toBe(true);
  });

  it('when only packages for other platforms are absent', () => {
    wanted({ 'node_modules/zod': zod, 'node_modules/swc-darwin': { version: '1.0.0', optional: true } });
    installed({ 'node_modules/zod': zod });
    expect(agreesWithLock(root)).toBe(true);
  });

  it.each<[string, Packages]>([
    ['nothing', {}],
    ['another version', { 'node_modules/zod': { ...zod, version: '4.6.6' } }],
    ['other bytes', { 'node_modules/zod': { ...zod, integrity: 'sha512-y' } }],
    ['more', { 'node_modules/zod': zod, 'node_modules/stray': { version: '1.0.0' } }],
  ])('not when there is %s', (_what, packages) => {
    wanted({ 'node_modules/zod': zod });
    installed(packages);
    expect(agreesWithLock(root)).toBe(false);
  });

  it('not when nobody has installed', () => {
    wanted({});
    expect(agreesWithLock(root)).toBe(false);
  });
});

it('asks for an install when the lock is not the one of the stamp', () => {
  wanted({});
  expect(isInstalled(root)).toBe(false);
  writeFileSync(join(root, 'node_modules', '.followthrough-stamp'), 'the digest of an older lock');
  expect(isInstalled(root)).toBe(false);
});
