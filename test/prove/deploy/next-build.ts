import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '#orchestration';
import type { PlantedBug } from '../../simulation/bugs/planted.js';
import { ROOT } from '../field/server.js';
import { NEXT_SCHEMAS, runsBundle } from '../pieces.js';

const WORKFLOWS = ['index.ts', 'episode.ts', 'census.ts'];

/** What is replaced in today’s source to make the build that comes after it: other workflow code, as a bundle of its own, and newer event schemas. */
export async function nextBuild(folder: string, workflow: PlantedBug): Promise<readonly PlantedBug[]> {
  const file = join(folder, 'next-workflows.js');
  writeFileSync(file, await bundled(workflow));
  return [runsBundle(file), ...NEXT_SCHEMAS];
}

/** Inside of the checkout, where what the workflows import is found. */
async function bundled({ from, to }: PlantedBug): Promise<string> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'next-workflows-'));
  try {
    for (const file of WORKFLOWS) {
      const source = readFileSync(join(ROOT, 'workflows', file), 'utf8');
      writeFileSync(join(folder, file), file === 'episode.ts' ? source.replace(from, to) : source);
    }
    const { code } = (await bundleWorkflows(join(folder, 'index.ts'))) as { code: string };
    return code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
