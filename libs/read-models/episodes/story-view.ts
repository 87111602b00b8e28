import type { SchemaModule } from 'kysely';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import { idList } from '../id-list.js';
import type { Row } from '../writing.js';
import type { EpisodeNow } from './episode-now.js';
import { rewrite } from './rewrite.js';
import type { StoryTable } from './standing.js';
import { tellNow } from './tell-now.js';

/**
 * A view whose rows are a pure function of an episode as it now stands. Corrections, voids and erasure need no care of their own:
 * the story is told again, and what differs of its rows is written.
 */
export interface StoryView<T extends StoryTable> {
  /** The name of its table, too. */
  readonly name: T;
  readonly version: number;
  tables(schema: SchemaModule): Promise<void>;
  rows(episode: EpisodeNow): readonly Row<T>[];
}

export const storyProjection = <T extends StoryTable>(view: StoryView<T>): Projection => ({
  name: view.name,
  version: view.version,
  categories: ['episode', 'patient'],
  onPoison: 'park',
  derived: true,
  tables: (schema) => view.tables(schema),
  async apply(slices, batch) {
    const episodes = await tellNow(await touched(slices, batch.tx), batch);
    await rewrite(
      view.name,
      episodes.map((episode) => ({ episode, rows: view.rows(episode) })),
      batch,
    );
  },
});

/** The episodes whose rows may differ after these events. */
async function touched(slices: readonly Slice[], tx: Tx): Promise<readonly string[]> {
  const episodes = slices.flatMap(({ category, id }) => (category === 'episode' ? [id] : []));
  const records = slices.flatMap(({ category, id, events }) =>
    category === 'patient' ? events.flatMap(recordsTouched(id)) : [],
  );
  if (records.length === 0) return episodes;
  const shownTogether = tx
    .selectFrom('patients as other')
    .innerJoin('patients as touched', 'touched.lead_id', 'other.lead_id')
    .select('other.patient_id')
    .where('touched.patient_id', 'in', idList(records));
  const rows = await tx
    .selectFrom('episodes')
    .select('episode_id')
    .where((eb) => eb.or([eb('record_id', 'in', idList(records)), eb('record_id', 'in', shownTogether)]))
    .execute();
  return [...new Set([...episodes, ...rows.map((row) => row.episode_id)])];
}

/** Erasure takes what was sealed; a merge or its undoing shows the episodes under another record. */
const recordsTouched =
  (patientId: string) =>
  ({ type, facts }: ReadEvent): string[] => {
    if (type === 'PatientDataErased') return [patientId];
    const merges = type === 'PatientsMerged' || type === 'PatientsUnmerged';
    return merges ? [patientId, (facts as { duplicate: string }).duplicate] : [];
  };
