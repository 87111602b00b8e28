import { ENDING_COMMANDS, instrument, scoreAnswers, type EpisodeCommand } from '#care';
import type { PlannedAct, PlannedEpisode, Unreviewed } from './planned.js';

/** An episode with those of its acts that the record took. */
export interface Taken extends Pick<PlannedEpisode, 'acts'> {
  /** In the record, whatever the files say. */
  readonly ended: boolean;
  /** Whether this run brought the row of an act. */
  readonly isNew: (act: PlannedAct) => boolean;
}

/** The closed episodes whose latest answer to item 9 was positive and found no review after it, by the acts that the record took. */
export function unreviewedItem9(episodes: readonly Taken[]): Unreviewed[] {
  return episodes.flatMap(({ acts, ended, isNew }) => {
    const left = leftOpen(acts);
    if (!left) return [];
    // What the record alone says has ended may have been reviewed there: of that only a new answer is nobody's yet.
    const isClosed = acts.some(({ command }) => ENDING_COMMANDS.has(command.type)) || (ended && isNew(left));
    return isClosed ? [{ ...left.source, occurredAt: left.occurredAt }] : [];
  });
}

function leftOpen(acts: readonly PlannedAct[]): PlannedAct | null {
  let open: PlannedAct | null = null;
  for (const act of acts) {
    const answer = item9(act.command);
    if (answer === 'positive') open = act;
    else if (answer === 'negative' || act.command.type === 'RecordSafetyReview') open = null;
  }
  return open;
}

/** Undefined when the act is no form that asks, or item 9 was not answered on it. */
function item9(command: EpisodeCommand): 'positive' | 'negative' | undefined {
  const scale = command.type === 'RecordAssessment' ? instrument(command.instrument) : undefined;
  if (command.type !== 'RecordAssessment' || scale === undefined) return undefined;
  const score = scoreAnswers(scale, { items: command.items, total: command.total });
  return score.completeness !== null && (score.safety === 'positive' || score.safety === 'negative')
    ? score.safety
    : undefined;
}
