import type { BriefsTable } from './day/schema.js';
import type { CaseloadTable } from './caseload/schema.js';
import type { ConsultsTable } from './consults/schema.js';
import type { EpisodesTable } from './episodes/schema.js';
import type { FollowUpsTable } from './follow-ups/schema.js';
import type { OrganisationEventsTable } from './organisation/schema.js';
import type { MergesTable, PatientsTable } from './patients/schema.js';
import type { ReferralsTable } from './referrals/schema.js';
import type { ScoresTable } from './scores/schema.js';
import type { EpisodeEventsTable } from './timeline/schema.js';

/** One row: which versions of the views this file holds, and whether it has once caught up with the log. */
export interface MetaTable {
  views: string;
  complete: number;
}

/** One row per follower. The hash tells a log that was restored or rewound under us (decision 12). */
export interface CheckpointTable {
  follower: string;
  position: string;
  hash: string;
}

/** Events a projection could not take in, and the later ones of their streams, which must not overtake them. */
export interface ParkedTable {
  projection: string;
  stream_id: string;
  position: string;
  organisation: string;
  type: string;
  /** Name and code of the error, never its words: they could quote what a patient said. Null for those that only wait behind. */
  error: string | null;
  parked_at: string;
}

/** Every table of read.db. Instants are ISO text in UTC, dates YYYY-MM-DD, truth 0 or 1, lists JSON text. */
export interface ReadDatabase {
  meta: MetaTable;
  checkpoint: CheckpointTable;
  parked: ParkedTable;
  episodes: EpisodesTable;
  episode_events: EpisodeEventsTable;
  follow_ups: FollowUpsTable;
  patients: PatientsTable;
  merges: MergesTable;
  organisation_events: OrganisationEventsTable;
  caseload: CaseloadTable;
  scores: ScoresTable;
  consults: ConsultsTable;
  referrals: ReferralsTable;
  briefs: BriefsTable;
}
