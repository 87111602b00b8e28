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
    ['what was fulfilled stays open', ['metIsEnded']],
    ['collapsed steps are forgotten', ['raisedAsPlanned']],
    ['idempotency is removed', ['commandHasEffectOnce', 'unacknowledgedChangesNothing']],
    ['safety rolls to a business day', ['safetyOnTheSameDay']],
  ])(
    '%s: %j notice',
    async (name, invariants) => {
      const { by } = await hunt(byName(name), { seed: 1, episodeYears: 20 });
      expect(invariants).toContain(by);
    },
    600_000,
  );
});
