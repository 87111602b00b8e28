import { accept } from '../../decider.js';
import type { EpisodeEvent } from '../events.js';
import type { Story } from '../story/index.js';
import { askingTask } from './asking.js';
import type { Deciding } from './telling.js';

/** When two records turn out to be one person, or not: no episode is closed or joined by itself (research §9, 20). */

/** Questions about that other episode that nobody has answered. */
function openQuestions({ acts }: Story, otherEpisode: string): number[] {
  const settled = new Set(
    acts.flatMap((act) => (act.type === 'TaskDone' || act.type === 'TaskCancelled' ? [act.facts.task] : [])),
  );
  return acts.flatMap((act) =>
    act.type === 'TaskPlanned' && act.facts.otherEpisode === otherEpisode && !settled.has(act.facts.task)
      ? [act.facts.task]
      : [],
  );
}

export const askWhichEpisode: Deciding<'AskWhichEpisode'> = ({ otherEpisode }, telling) =>
  telling.story.phase === 'ended' || openQuestions(telling.story, otherEpisode).length > 0
    ? accept()
    : accept(
        askingTask(telling, {
          cause: 'other-open-episode',
          otherEpisode,
          text: 'This person has another open episode. Decide with its care manager which one goes on.',
        }),
      );

export const withdrawWhichEpisode: Deciding<'WithdrawWhichEpisode'> = ({ otherEpisode }, { story }) =>
  accept(
    ...openQuestions(story, otherEpisode).map((task): EpisodeEvent => ({
      type: 'TaskCancelled',
      facts: { task },
      sealed: {},
    })),
  );
