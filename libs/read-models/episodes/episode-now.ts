import type { RecordedEpisodeEvent, Story } from '#care';
import type { Row } from '../writing.js';
import type { Standing } from './standing.js';

export type OpenFollowUp = Row<'follow_ups'>;

/** An episode as the log tells it up to here: its story, and what is owed. */
export interface EpisodeNow {
  readonly episodeId: string;
  readonly organisation: string;
  /** The record that leads for this person. The story names the one under which the episode was opened. */
  readonly patientId: string;
  readonly story: Story;
  /** Every act as it was recorded, also those undone later. */
  readonly recorded: readonly RecordedEpisodeEvent[];
  readonly open: readonly OpenFollowUp[];
  /** Of the last event of any kind. */
  readonly revision: number;
  /** The rows that its views have written of it. */
  readonly standing: Standing;
}
