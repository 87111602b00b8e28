import { storyProjection } from '../episodes/story-view.js';
import { scoreRows } from './rows.js';
import { scoresTable } from './schema.js';

export const scoresProjection = storyProjection({
  name: 'scores',
  version: 2,
  tables: scoresTable,
  rows: scoreRows,
});
