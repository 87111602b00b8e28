import { describe, expect, it } from '@jest/globals';
import { hunt, occurrences } from './hunt.js';
import { PLANTED_BUGS } from './list.js';

const byName = (name: string) => PLANTED_BUGS.find((bug) => bug.name === name)!;

describe('planted bugs', () => {
  it('are many, each with a name of its own', () => {
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
  });

  it.each(PLANTED_BUGS)('$name: the text still stands once in $file', (bug) => {
    expect(occurrences(bug)).toBe(1);
  });

  // Which of several invariants is first depends on the lives that the seed tells.
  it.each([
    'what was fulfilled stays open',
    'collapsed steps are forgotten',
    'one kind is never raised',
    'idempotency is removed',
    'safety counts from when it happened',
    'each waker names its raises by itself',
  ])(
    '%s: is noticed',
    async (name) => {
      expect(await hunt(byName(name), { seed: 1, episodeYears: 20 })).toMatchObject({ killed: true });
    },
    600_000,
  );
});
