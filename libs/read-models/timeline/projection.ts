import type { Projection } from '../projection.js';
import { insertAll } from '../rows.js';
import { episodeEventsTable } from './schema.js';
import { toRow } from './stored-act.js';

/** Keeps every event of an episode. Comes first: the other views of an episode are told from what it keeps. */
export const timelineProjection: Projection = {
  name: 'timeline',
  version: 1,
  categories: ['episode', 'patient'],
  onPoison: 'park',
  tables: episodeEventsTable,
  async apply(slice, { tx }) {
    if (slice.category === 'episode')
      return insertAll(
        tx,
        'episode_events',
        slice.events.map((event) => toRow(slice.id, event)),
      );
    if (!slice.events.some(({ type }) => type === 'PatientDataErased')) return;
    // The key is gone; what was opened with it must go too. Facts stay.
    await tx
      .updateTable('episode_events')
      .set({ sealed: null, unreadable: 1 })
      .where('sealed', 'is not', null)
      .where('episode_id', 'in', (eb) =>
        eb.selectFrom('episodes').select('episode_id').where('record_id', '=', slice.id),
      )
      .execute();
  },
};
