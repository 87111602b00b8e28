import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stop } from './stop.mjs';

/** The folder this checkout lives in. */
export const root = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** The Node 26 that the npm package `node` brings; where it has no build for this machine, our own if it is new enough. */
export function node26(/** @type {string} */ checkout) {
  const packaged = join(checkout, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  throw new Stop(
    'Node 26 is missing: the npm package "node" brought none for this machine. Install Node 26 and start again.',
  );
}
