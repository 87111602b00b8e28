import type { Database } from '../projection.js';

/** The episodes in which one of these persons is named: by their care, or as the owner of something that is owed. */
export function episodesNaming(db: Database, organisation: string, persons: readonly string[]) {
  // One lookup for each: with an OR between them neither database would use its indexes.
  const naming = (column: 'care_manager' | 'former_owner' | 'provider') =>
    db
      .selectFrom('episodes')
      .select('episode_id')
      .where('organisation', '=', organisation)
      .where(column, 'in', persons);
  const owing = db
    .selectFrom('follow_ups')
    .select('episode_id')
    .where('organisation', '=', organisation)
    .where('state', '=', 'open')
    .where('owner', 'in', persons);
  return naming('care_manager').union(naming('former_owner')).union(naming('provider')).union(owing);
}
