import type { Selectable } from 'kysely';
import type { Database } from '../projection.js';
import type { EpisodesTable } from './schema.js';

export interface EpisodeView {
  readonly episodeId: string;
  readonly patientId: string;
  /** The record under which it was opened; another than `patientId` after a merge. */
  readonly recordId: string;
  readonly ordinal: number;
  readonly site: string;
  readonly zone: string;
  readonly phase: string;
  readonly phaseSince: string;
  readonly referredOn: string;
  readonly endedReason: string | null;
  readonly careManager: string | null;
  readonly provider: string | null;
  readonly referredBy: string;
  readonly revision: number;
}

const toView = (row: Selectable<EpisodesTable>): EpisodeView => ({
  episodeId: row.episode_id,
  patientId: row.patient_id,
  recordId: row.record_id,
  ordinal: row.ordinal,
  site: row.site,
  zone: row.zone,
  phase: row.phase,
  phaseSince: row.phase_since,
  referredOn: row.referred_on,
  endedReason: row.ended_reason,
  careManager: row.care_manager,
  provider: row.provider,
  referredBy: row.referred_by,
  revision: row.revision,
});

/** Whose episode it is and where; null when the organisation has no such episode. */
export async function episode(
  db: Database,
  { organisation, episodeId }: { organisation: string; episodeId: string },
): Promise<EpisodeView | null> {
  const row = await db
    .selectFrom('episodes')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('episode_id', '=', episodeId)
    .executeTakeFirst();
  return row ? toView(row) : null;
}

/** The patient's episodes, the first one first. */
export async function episodesOf(
  db: Database,
  { organisation, patientId }: { organisation: string; patientId: string },
): Promise<readonly EpisodeView[]> {
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('patient_id', '=', patientId)
    .orderBy('ordinal')
    .orderBy('referred_on')
    .execute();
  return rows.map(toView);
}
