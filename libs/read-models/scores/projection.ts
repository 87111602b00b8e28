import { storyProjection } from '../episodes/story-view.js';
import { insertAll } from '../rows.js';
import { scoreRows } from './rows.js';
import { scoresTable } from './schema.js';

export const scoresProjection = storyProjection({
  name: 'scores',
  version: 2,
  tables: scoresTable,
  async write(episode, tx) {
    await tx.deleteFrom('scores').where('episode_id', '=', episode.episodeId).execute();
    await insertAll(tx, 'scores', scoreRows(episode));
  },
});
