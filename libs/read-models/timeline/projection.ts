import type { Projection, Slice, Tx } from '../projection.js';
import { insertAll } from '../writing.js';
import { episodeEventsTable } from './schema.js';
import { toRow } from './stored-act.js';

/** Keeps every event of an episode. Comes first: the other views of an episode are told from what it keeps. */
export const timelineProjection: Projection = {
  name: 'timeline',
  version: 1,
  categories: ['episode', 'patient'],
  onPoison: 'park',
  tables: episodeEventsTable,
  async apply(slices, batch) {
    const episodes = slices.filter(({ category }) => category === 'episode');
    const rows = episodes.flatMap(({ id, events }) => events.map((event) => toRow(id, event)));
    await insertAll(batch, 'episode_events', rows);
    for (const { id, events } of episodes) batch.taken.set(id, events);
    for (const { id } of slices.filter(isErasure)) await forget(id, batch.tx);
  },
};

const isErasure = ({ category, events }: Slice): boolean =>
  category === 'patient' && events.some(({ type }) => type === 'PatientDataErased');

/** The key is gone; what was opened with it must go too. Facts stay. */
async function forget(patientId: string, tx: Tx): Promise<void> {
  await tx
    .updateTable('episode_events')
    .set({ sealed: null, unreadable: 1 })
    .where('sealed', 'is not', null)
    .where('episode_id', 'in', (eb) =>
      eb.selectFrom('episodes').select('episode_id').where('record_id', '=', patientId),
    )
    .execute();
}
