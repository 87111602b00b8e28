import type { RecordedEpisodeEvent } from './events.js';
import { emptyLedger, foldLedger, type Ledger } from '../follow-ups/ledger.js';
import { withAct } from './story/index.js';

/** Everything an episode's stream says, in the order of its recording: acts of people and systems, and the ledger of follow-ups. */
export interface EpisodeState {
  /** -1 before the first event. */
  readonly revision: number;
  readonly acts: readonly RecordedEpisodeEvent[];
  readonly ledger: Ledger;
}

export const initialEpisode: EpisodeState = { revision: -1, acts: [], ledger: emptyLedger };

/** Never throws; a follow-up event moves the ledger, every other event is an act. What acts mean together is told by story.ts. */
export function evolveEpisode(state: EpisodeState, event: RecordedEpisodeEvent): EpisodeState {
  if (event.type.startsWith('FollowUp'))
    return { ...state, revision: event.revision, ledger: foldLedger(state.ledger, event) };
  return { ...state, revision: event.revision, acts: withAct(state.acts, event) };
}
