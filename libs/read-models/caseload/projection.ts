import { storyProjection } from '../episodes/story-view.js';
import { caseloadRow } from './row.js';
import { caseloadTable } from './schema.js';

export const caseloadProjection = storyProjection({
  name: 'caseload',
  version: 3,
  tables: caseloadTable,
  async write(episode, tx) {
    const { episode_id, ...rest } = caseloadRow(episode);
    await tx
      .insertInto('caseload')
      .values({ episode_id, ...rest })
      .onConflict((oc) => oc.column('episode_id').doUpdateSet(rest))
      .execute();
  },
});
