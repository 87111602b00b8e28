import { localDate } from '../../calendar/index.js';
import type { LocalDate } from '../../words.js';
import type { EpisodeEvent } from '../events.js';
import { given, type Telling } from './telling.js';

/** Tasks: what a person plans, and what the record asks a person to decide because no rule may decide it. */

type TaskPlanned = Extract<EpisodeEvent, { type: 'TaskPlanned' }>;

/** Found on no staff list, so that the care manager of the day is told, and the supervisor when there is none. */
const NOBODY_YET = 'unassigned';

export const taskEvent = (
  { state }: Telling,
  facts: Omit<TaskPlanned['facts'], 'task'>,
  text: string,
): EpisodeEvent => ({
  type: 'TaskPlanned',
  // Voided ones included, so that a number never names two things.
  facts: { task: state.acts.filter((act) => act.type === 'TaskPlanned').length + 1, ...facts },
  sealed: { text },
});

/** A question for the care manager, due today unless another day is given. */
export function askingTask(
  telling: Telling,
  asked: { cause: NonNullable<TaskPlanned['facts']['cause']>; text: string; dueOn?: LocalDate; otherEpisode?: string },
): EpisodeEvent {
  const { story, circumstances } = telling;
  const { cause, text, otherEpisode } = asked;
  const today = localDate(circumstances.now, story.zone);
  const { dueOn = today } = asked;
  // By a later day the patient may be somebody else's.
  const owner = dueOn > today ? NOBODY_YET : (story.careManager ?? NOBODY_YET);
  return taskEvent(telling, { dueOn, owner, cause, ...given({ otherEpisode }) }, text);
}
