import type { SchemaModule } from 'kysely';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import type { EpisodeNow } from './episode-now.js';
import { tellNow } from './tell-now.js';

/**
 * A view whose rows are a pure function of an episode as it now stands. Corrections, voids and erasure need no care of their own:
 * the story is told again and the rows of the episode are written anew.
 */
export interface StoryView {
  readonly name: string;
  readonly version: number;
  tables(schema: SchemaModule): Promise<void>;
  write(episode: EpisodeNow, tx: Tx): Promise<void>;
}

export const storyProjection = (view: StoryView): Projection => ({
  name: view.name,
  version: view.version,
  categories: ['episode', 'patient'],
  onPoison: 'park',
  derived: true,
  tables: (schema) => view.tables(schema),
  async apply(slice, batch) {
    for (const episodeId of await touched(slice, batch.tx)) {
      const episode = await tellNow(episodeId, batch);
      if (episode) await view.write(episode, batch.tx);
    }
  },
});

/** The episodes whose rows may differ after these events. */
async function touched(slice: Slice, tx: Tx): Promise<readonly string[]> {
  if (slice.category === 'episode') return [slice.id];
  const records = slice.events.flatMap(recordsTouched(slice.id));
  if (records.length === 0) return [];
  const shownTogether = tx
    .selectFrom('patients as other')
    .innerJoin('patients as touched', 'touched.lead_id', 'other.lead_id')
    .select('other.patient_id')
    .where('touched.patient_id', 'in', records);
  const rows = await tx
    .selectFrom('episodes')
    .select('episode_id')
    .where((eb) => eb.or([eb('record_id', 'in', records), eb('record_id', 'in', shownTogether)]))
    .execute();
  return rows.map((row) => row.episode_id);
}

/** Erasure takes what was sealed; a merge or its undoing shows the episodes under another record. */
const recordsTouched =
  (patientId: string) =>
  ({ type, facts }: ReadEvent): string[] => {
    if (type === 'PatientDataErased') return [patientId];
    const merges = type === 'PatientsMerged' || type === 'PatientsUnmerged';
    return merges ? [patientId, (facts as { duplicate: string }).duplicate] : [];
  };
