import { storyProjection } from '../episodes/story-view.js';
import { consultRow } from './rows.js';
import { consultsTable } from './schema.js';

export const consultsProjection = storyProjection({
  name: 'consults',
  version: 3,
  tables: consultsTable,
  async write(episode, tx) {
    await tx.deleteFrom('consults').where('episode_id', '=', episode.episodeId).execute();
    const row = consultRow(episode);
    if (row) await tx.insertInto('consults').values(row).execute();
  },
});
