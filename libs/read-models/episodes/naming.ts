import type { Database } from '../projection.js';

/** The episodes in which one of these persons is named: by their care, or as the owner of something that is owed. */
export const episodesNaming = (db: Database, organisation: string, persons: readonly string[]) =>
  db
    .selectFrom('episodes')
    .select('episode_id')
    .where('organisation', '=', organisation)
    .where((eb) =>
      eb.or([eb('care_manager', 'in', persons), eb('former_owner', 'in', persons), eb('provider', 'in', persons)]),
    )
    .union(
      db
        .selectFrom('follow_ups')
        .select('episode_id')
        .where('organisation', '=', organisation)
        .where('state', '=', 'open')
        .where('owner', 'in', persons),
    );
