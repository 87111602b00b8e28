import { storyProjection } from '../episodes/story-view.js';
import { consultRow } from './rows.js';
import { consultsTable } from './schema.js';

export const consultsProjection = storyProjection({
  name: 'consults',
  version: 3,
  tables: consultsTable,
  rows(episode) {
    const row = consultRow(episode);
    return row ? [row] : [];
  },
});
