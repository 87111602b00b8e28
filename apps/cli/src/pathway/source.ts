import { readFileSync } from 'node:fs';
import {
  DEFAULT_PATHWAY,
  problemsOf,
  refusalToAdopt,
  SHIPPED_PATHWAYS,
  type Pathway,
  type PathwayProblem,
} from '#care';
import { CommandFailed, say } from '../command.js';

/** A shipped pathway by its name, or whatever JSON a file holds. */
export function proposedIn(nameOrFile: string): unknown {
  const shipped = SHIPPED_PATHWAYS.get(nameOrFile);
  if (shipped) return shipped;
  try {
    return JSON.parse(readFileSync(nameOrFile, 'utf8')) as unknown;
  } catch (error) {
    const names = [...SHIPPED_PATHWAYS.keys()].join(', ');
    throw new CommandFailed(
      `${nameOrFile} is neither a shipped pathway (${names}) nor a file with JSON in it: ${(error as Error).message}`,
      2,
    );
  }
}

/** A pathway that can be followed; every problem of one that cannot is told. */
export function pathwayIn(nameOrFile: string): Pathway {
  const proposed = proposedIn(nameOrFile);
  const problems = problemsOf(proposed);
  if (problems.length === 0) return proposed as Pathway;
  for (const problem of problems) say(problemLine(problem));
  throw new CommandFailed(`${nameOrFile} cannot be followed as it is`);
}

/** Why no organisation could adopt it, whatever it follows today. */
export function problemsToAdopt(proposed: unknown): readonly PathwayProblem[] {
  const errors = refusalToAdopt(proposed, DEFAULT_PATHWAY, undefined)?.errors ?? [];
  return errors.map(({ pointer, detail }) => ({ pointer: pointer.replace('/pathway', ''), detail }));
}

export const problemLine = ({ pointer, detail }: PathwayProblem): string => `${pointer || '/'}: ${detail}`;
