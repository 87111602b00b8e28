import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlantedBug } from './planted.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How often the text to replace occurs; anything but once means that the bug has rotted. */
export const occurrences = ({ file, from }: PlantedBug): number =>
  readFileSync(root + file, 'utf8').split(from).length - 1;

export interface Caught {
  readonly mutant: string;
  readonly killed: boolean;
  /** The invariant that was violated first. */
  readonly by: string | null;
  readonly seed: number;
  readonly episode: number | null;
  readonly seconds: number;
}

/** What only lives with all that ships can show. */
const NEEDS_WHOLE = /^(workflows\/|libs\/orchestration\/due-index)/;

/**
 * Simulates lives with the bug planted until an invariant is violated, at most so many years. The same life without the bug has to be a
 * clean one: else the bug was not what was noticed.
 */
export async function hunt(
  bug: PlantedBug,
  { seed, episodeYears }: { seed: number; episodeYears: number },
): Promise<Caught> {
  const started = performance.now();
  const args = ['--json', '--threads', '1', '--laws-every-days', '20', `--seed=${seed}`];
  if (NEEDS_WHOLE.test(bug.file)) args.push('--whole');
  const found = violationIn(await simulate([...args, `--episode-years=${episodeYears}`], bug));
  const without = found && violationIn(await simulate([...args, `--only-episode=${found.episode}`]));
  if (without)
    throw new Error(`${without.violation} is violated without a bug: seed ${seed}, episode ${without.episode}`);
  return {
    ...{ mutant: bug.name, killed: found !== undefined, by: found?.violation ?? null },
    ...{ seed, episode: found?.episode ?? null, seconds: Math.round((performance.now() - started) / 100) / 10 },
  };
}

const violationIn = (lines: readonly string[]): { violation: string; episode: number } | undefined =>
  lines
    .map((line) => JSON.parse(line) as { violation?: string; episode?: number })
    .find((line): line is { violation: string; episode: number } => line.violation !== undefined);

const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--conditions=source',
  '--import',
  `${root}test/simulation/from-source.mjs`,
];

/** The lines of a simulation in a process of its own. */
export function simulate(args: readonly string[], bug: PlantedBug | null = null): Promise<string[]> {
  const env = { ...process.env, PLANTED_BUG: JSON.stringify(bug) };
  const child = spawn(process.execPath, [...FLAGS, `${root}test/simulation/main.ts`, ...args], { cwd: root, env });
  const out: string[] = [];
  const said: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      const lines = out
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'));
      if (lines.length > 0) resolve(lines);
      else reject(new Error(`the simulation said nothing:\n${said.join('').slice(-2_000)}`));
    });
  });
}
