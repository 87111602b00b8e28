import type { Act, Story } from './story/index.js';

/** The flags that stand: raised and not cleared since. Clearing one takes every flag of its kind away. */
export function standingFlags({ acts }: Pick<Story, 'acts'>): readonly Act<'FlagRaised'>[] {
  let standing: readonly Act<'FlagRaised'>[] = [];
  for (const act of acts) {
    if (act.type === 'FlagRaised') standing = [...standing, act];
    else if (act.type === 'FlagCleared') standing = standing.filter(({ facts }) => facts.flag !== act.facts.flag);
  }
  return standing;
}
