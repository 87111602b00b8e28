import { storyProjection } from '../episodes/story-view.js';
import { flag } from '../rows.js';
import { courseOf } from './course.js';
import { reachOf } from './reach.js';
import { briefsTable } from './schema.js';
import { standingOf, standsOut } from './standing.js';

export const briefsProjection = storyProjection({
  name: 'briefs',
  version: 2,
  tables: briefsTable,
  async write({ episodeId, organisation, story }, tx) {
    const standing = standingOf(story);
    const rest = {
      organisation,
      in_treatment: flag(story.enrolled !== undefined && story.phase !== 'ended'),
      stands_out: flag(standsOut(standing)),
      standing: JSON.stringify(standing),
      course: JSON.stringify(courseOf(story)),
      reach: JSON.stringify(reachOf(story)),
    };
    await tx
      .insertInto('briefs')
      .values({ episode_id: episodeId, ...rest })
      .onConflict((oc) => oc.column('episode_id').doUpdateSet(rest))
      .execute();
  },
});
