import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node26 } from './checkout.mjs';
import { run } from './command.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { withProgress } from './progress.mjs';
import { Stop } from './stop.mjs';

const sourceFolders = ['apps', 'libs', 'workflows', 'examples', 'test'];

/** Makes dist what the sources say, if it is not. */
export async function build(/** @type {string} */ root) {
  if (isBuilt(root)) return;
  await oneAtATime(join(root, '.cache', 'run.lock'), async () => {
    if (!isBuilt(root)) await withProgress('building', () => compile(root));
  });
}

/** @param {string} root */
const stampFile = (root) => join(root, 'dist', '.stamp');

/** @param {string} root */
function isBuilt(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === sourceStamp(root);
}

/**
 * Changes whenever a source file that ends up in dist is added, removed, or written.
 *
 * @param {string} root
 */
export function sourceStamp(root) {
  const files = readdirSync(root).filter((name) => name.endsWith('.json'));
  for (const folder of sourceFolders) files.push(...filesBelow(root, folder));
  const digest = createHash('sha256');
  for (const file of files.filter((path) => !path.endsWith('.spec.ts')).sort()) {
    const { mtimeMs, size } = statSync(join(root, file));
    digest.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return digest.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths relative to the root
 */
function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
}

/** @param {string} root */
async function compile(root) {
  const stamp = sourceStamp(root);
  mkdirSync(join(root, 'dist'), { recursive: true });
  await step(root, 'the build', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  removeOrphans(root);
  const bundle = 'dist/apps/worker/src/bundle.js';
  if (existsSync(join(root, bundle))) await step(root, 'bundling the workflows', ['--enable-source-maps', bundle]);
  writeFileSync(stampFile(root), stamp);
}

/**
 * @param {string} root
 * @param {string} name
 * @param {string[]} args
 */
async function step(root, name, args) {
  const { code, output } = await run(node26(root), args, { cwd: root });
  if (code !== 0) throw new Stop(`${name} failed:\n${output}`);
}

/** tsc leaves the output of deleted sources behind, where an import could still find it. */
export function removeOrphans(/** @type {string} */ root) {
  for (const folder of sourceFolders) {
    for (const file of filesBelow(join(root, 'dist'), folder)) {
      const source = file.replace(/\.js(\.map)?$/, '.ts');
      if (source !== file && !existsSync(join(root, source))) rmSync(join(root, 'dist', file));
    }
  }
}
