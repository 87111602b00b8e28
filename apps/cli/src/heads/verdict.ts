import type { HeadProblem, HeadProblemKind } from './compare.js';
import type { ReadHeads } from './heads-file.js';

/** What a log has become since heads were taken of it. The form of `heads` in `followthrough verify --json`. */
export interface HeadsVerdict {
  readonly takenAt: string;
  /** The name of the key whose signature was checked; null when none was asked for. */
  readonly signedBy: string | null;
  readonly streams: number;
  /** How many of them are not what they were, with or without more behind it. */
  readonly differ: number;
  /** The first fifty. */
  readonly problems: readonly HeadProblem[];
}

const MOST_PROBLEMS = 50;
const SHOWN = 12;

export const headsVerdict = (
  { takenAt, streams, signedBy }: ReadHeads,
  problems: readonly HeadProblem[],
): HeadsVerdict => ({
  ...{ takenAt, signedBy, streams },
  differ: problems.length,
  problems: problems.slice(0, MOST_PROBLEMS),
});

const WORDS: Readonly<Record<HeadProblemKind, string>> = {
  'stream-missing': 'is not there any more; it ended at',
  'cut-short': 'ends before',
  rewritten: 'has another event at',
};

export function headsWords({ takenAt, signedBy, streams, differ, problems }: HeadsVerdict): string[] {
  const of = `${streams} heads of ${takenAt}, ${signedBy === null ? 'no signature asked for' : `signed with ${signedBy}`}`;
  if (differ === 0) return [`Every stream goes on from where it was: ${of}.`];
  const more = differ > SHOWN ? [`  … and ${differ - SHOWN} more (--json gives fifty)`] : [];
  const shown = problems
    .slice(0, SHOWN)
    .map(({ kind, streamId, revision }) => `  ${streamId} ${WORDS[kind]} revision ${revision}`);
  return [`WRONG: ${differ} streams are not what they were: ${of}.`, ...shown, ...more];
}
