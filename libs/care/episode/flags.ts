import type { Act, Story } from './story/index.js';

/** The flags that stand: clearing one takes away every flag of its kind that was known by then, however long ago what it is about. */
export const standingFlags = ({ acts }: Pick<Story, 'acts'>): readonly Act<'FlagRaised'>[] =>
  acts.filter(
    (act): act is Act<'FlagRaised'> =>
      act.type === 'FlagRaised' &&
      !acts.some(
        (later) => later.type === 'FlagCleared' && later.facts.flag === act.facts.flag && later.revision > act.revision,
      ),
  );
