import type { PlannedEpisode } from './planned.js';

/** What became of one act. `changed`: imported before with other content, which was kept as it was. */
export interface ActOutcome {
  readonly key: string;
  readonly result: 'appended' | 'repeated' | 'unchanged' | 'changed' | 'refused';
  /** Why, when refused. */
  readonly reason?: string;
}

/** What became of an episode: of its patient's registration, its referral and its acts. */
export interface EpisodeOutcome {
  readonly episodeId: string | null;
  readonly outcomes: readonly ActOutcome[];
  /** In the record: imported answers open nothing in it. */
  readonly ended?: boolean;
}

/** Where a caseload is imported to: a running server, or the store itself. */
export interface Importer {
  /** The zone of each site. */
  zones(): Promise<ReadonlyMap<string, string>>;
  /** One outcome for each episode, in their order. */
  importEpisodes(batch: readonly PlannedEpisode[]): Promise<readonly EpisodeOutcome[]>;
  close(): Promise<void>;
}
