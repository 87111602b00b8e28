import type { SchemaModule } from 'kysely';
import type { Projection, Slice, Tx } from '../projection.js';
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
  if (!slice.events.some(({ type }) => type === 'PatientDataErased')) return [];
  const rows = await tx.selectFrom('episodes').select('episode_id').where('patient_id', '=', slice.id).execute();
  return rows.map((row) => row.episode_id);
}
