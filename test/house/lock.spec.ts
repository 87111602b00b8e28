import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Locked>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

it('names no registry: whoever installs uses their own', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

it('has a hash for every package', () => {
  expect(packages.filter(([, { integrity, link }]) => !integrity && !link)).toEqual([]);
});

// npm writes a lock without the binaries of other platforms when a registry lacks them, and `npm ci` refuses it later.
it('has the optional packages of every platform', () => {
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !visibleFrom(path, name)),
  );
  expect(missing).toEqual([]);
});

it('agrees with package.json on what is pinned exactly', () => {
  const wanted = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const pinned: Record<string, string> = { ...wanted.dependencies, ...wanted.devDependencies };
  const locked = Object.keys(pinned).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]);
  expect(Object.fromEntries(locked)).toEqual(pinned);
});

/** A package sees what lies in its own node_modules and in those of the folders above it. */
function visibleFrom(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}
