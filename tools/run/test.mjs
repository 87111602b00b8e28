import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, obtainTemporal } from '../temporal.mjs';
import { build } from './build.mjs';
import { node26 } from './checkout.mjs';
import { keepHouse } from './house.mjs';
import { runJest } from './jest.mjs';
import { toStderr } from './progress.mjs';

/** Folders of test/ that start the whole system: they need dist and a Temporal server, and the machine for themselves. */
const wholeSystem = ['journeys', 'chaos'];

/**
 * Everything CI demands. The last line is `N passed, N failed` (and `, N skipped`).
 *
 * @param {string} root
 * @param {string[]} jestArgs
 * @returns {Promise<number>} the exit code
 */
export async function test(root, jestArgs) {
  const built = await tryBuild(root);
  const temporal = await obtainTemporal({ log: toStderr, allowBuild: true });
  process.stdout.write(temporal ? `Temporal server: ${temporal.source}\n` : 'Temporal server: none to be had\n');
  const bundle = join(root, 'dist', 'workflow-bundle.js');
  const env = {
    ...withoutSettings(process.env),
    // Tests give the program folders of its own, but the server is obtained once for all.
    FOLLOWTHROUGH_CACHE: cacheFolder(),
    // The histories are to be replayed on the bundle that ships.
    ...(built.failed === 0 && existsSync(bundle) ? { WORKFLOW_BUNDLE: bundle } : {}),
    ...(temporal ? { TEMPORAL_CLI: temporal.path } : { FOLLOWTHROUGH_NO_TEMPORAL: '1' }),
  };
  const parts = [built, await keepHouse(root, print)];
  parts.push(await jest(root, env, jestArgs, ['--maxWorkers=2', `--testPathIgnorePatterns=${outside(root)}`]));
  const journeys = `--testMatch=<rootDir>/test/(${wholeSystem.join('|')})/**/*.spec.ts`;
  if (built.failed === 0) parts.push(await jest(root, env, jestArgs, ['--runInBand', '--forceExit', journeys]));
  else print('NOT RUN: the journeys, because the build failed');
  return summary(parts, temporal !== null);
}

/**
 * The rules of the house alone, with the specs that watch over them.
 *
 * @param {string} root
 * @returns {Promise<number>}
 */
export async function check(root) {
  const built = await tryBuild(root);
  const house = await jest(root, process.env, [], ['--maxWorkers=2', '--testMatch=<rootDir>/test/house/**/*.spec.ts']);
  return summary([built, await keepHouse(root, print), house], true);
}

/**
 * What an installation on this machine is set to, its master key above all, is not for its tests. Whether a Temporal server is wanted is.
 *
 * @param {NodeJS.ProcessEnv} env
 */
const withoutSettings = (env) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('FOLLOWTHROUGH_') || name === 'FOLLOWTHROUGH_NO_TEMPORAL'),
  );

/** @typedef {{ passed: number, failed: number, skipped?: string[] }} Part */

/** @param {string} line */
const print = (line) => void process.stdout.write(`${line}\n`);

/** @param {string} root */
const outside = (root) => `/node_modules/|/dist/|^${root}/test/(${wholeSystem.join('|')})/`;

/**
 * A build that fails is one failure among others: the specs run from the sources and may say more.
 *
 * @param {string} root
 * @returns {Promise<Part>}
 */
async function tryBuild(root) {
  try {
    await build(root);
    print('kept   build');
    return { passed: 1, failed: 0 };
  } catch (error) {
    print(`BROKEN build\n${/** @type {Error} */ (error).message}`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} asked
 * @param {string[]} ours
 * @returns {Promise<Part>}
 */
async function jest(root, env, asked, ours) {
  const folder = mkdtempSync(join(tmpdir(), 'followthrough-jest-'));
  try {
    return await runJest({
      node: node26(root),
      root,
      env,
      args: [...asked, ...ours],
      report: join(folder, 'report.json'),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Part[]} parts
 * @param {boolean} hadTemporal
 */
export function summary(parts, hadTemporal) {
  const sum = (/** @type {(part: Part) => number} */ of) => parts.reduce((total, part) => total + of(part), 0);
  const skipped = parts.flatMap((part) => part.skipped ?? []);
  const failed = sum((part) => part.failed);
  const without = hadTemporal ? 'what they need is not on this machine' : 'no Temporal server to be had';
  if (skipped.length) print(`SKIPPED (${without}): ${skipped.join('; ')}`);
  print(
    `${sum((part) => part.passed)} passed, ${failed} failed` + (skipped.length ? `, ${skipped.length} skipped` : ''),
  );
  return failed === 0 ? 0 : 1;
}
