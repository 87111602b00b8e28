import { storyProjection } from '../episodes/story-view.js';
import { caseloadRow } from './row.js';
import { caseloadTable } from './schema.js';

export const caseloadProjection = storyProjection({
  name: 'caseload',
  version: 4,
  tables: caseloadTable,
  rows: (episode) => [caseloadRow(episode)],
});
