import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withProgress } from './progress.mjs';

/** What this process holds: a container gives its processes the ids of those before, so that our own id proves nothing. @type {Set<string>} */
const held = new Set();

/**
 * Two terminals may start at once; only one of them installs or builds. A lock whose owner has died is taken over.
 *
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(lockFile, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  if (!take(lockFile)) await withProgress(`waiting for the start that holds ${lockFile}`, () => taken(lockFile));
  try {
    return await work();
  } finally {
    held.delete(lockFile);
    rmSync(lockFile, { force: true });
  }
}

/** @param {string} lockFile */
async function taken(lockFile) {
  do {
    if (!ownerLives(lockFile)) rmSync(lockFile, { force: true });
    else await sleep(200);
  } while (!take(lockFile));
}

/** @param {string} lockFile */
function take(lockFile) {
  try {
    const file = openSync(lockFile, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    held.add(lockFile);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lockFile */
function ownerLives(lockFile) {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    if (pid === process.pid) return held.has(lockFile);
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
