import { episodesNaming } from '../episodes/naming.js';
import type { Database } from '../projection.js';

/**
 * Open follow-ups with what lists need to know of their episodes, those of one episode together.
 * @param persons one of whom the episode must name; null: it may name anybody
 */
export function openItems(db: Database, organisation: string, persons: ReadonlySet<string> | null) {
  const open = db
    .selectFrom('follow_ups')
    .leftJoin('episodes', 'episodes.episode_id', 'follow_ups.episode_id')
    .leftJoin('patients', 'patients.patient_id', 'episodes.patient_id')
    .selectAll('follow_ups')
    .select([
      'episodes.patient_id',
      'episodes.site',
      'episodes.phase',
      'episodes.care_manager',
      'episodes.former_owner',
      'episodes.provider',
      'episodes.scale',
      'episodes.inpatient',
      'episodes.booked_on',
      'patients.name',
      'patients.unreadable as patient_unreadable',
    ])
    .where('follow_ups.state', '=', 'open')
    .orderBy('follow_ups.episode_id');
  // Not both: SQLite would go through all of the organisation's.
  return persons
    ? open.where('follow_ups.episode_id', 'in', episodesNaming(db, organisation, [...persons]))
    : open.where('follow_ups.organisation', '=', organisation);
}
