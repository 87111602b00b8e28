import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './server.js';

/** Makes of a C file of this checkout a library for LD_PRELOAD. @throws when there is no C compiler */
export function compilePreload(source: string, library: string): void {
  const args = ['-shared', '-fPIC', '-O2', '-o', library, join(ROOT, source), '-ldl', '-lpthread'];
  const { status, error, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cc: ${error?.message ?? stderr}`);
}
