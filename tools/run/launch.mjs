import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { node26 } from './checkout.mjs';
import { Stop } from './stop.mjs';

/**
 * Runs the program itself on Node 26 and answers with its exit code, or 128 + signal as a shell does.
 *
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function launch(root, args) {
  const program = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  if (!existsSync(program)) throw new Stop('there is no program to run: apps/cli/src/main.ts is missing.');
  const flags = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];
  const child = spawn(node26(root), [...flags, program, ...args], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal signals its whole foreground group: the child has it already, and a second one may mean "at once".
      if (signal === 'SIGTERM' || !atTerminal()) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

const atTerminal = () => process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
