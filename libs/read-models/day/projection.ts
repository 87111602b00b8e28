import { storyProjection } from '../episodes/story-view.js';
import { flag } from '../rows.js';
import { courseOf } from './course.js';
import { reachOf } from './reach.js';
import { briefsTable } from './schema.js';
import { standingOf, standsOut } from './standing.js';

export const briefsProjection = storyProjection({
  name: 'briefs',
  version: 5,
  tables: briefsTable,
  rows({ episodeId, organisation, story }) {
    const standing = standingOf(story);
    return [
      {
        episode_id: episodeId,
        organisation,
        in_treatment: flag(story.enrolled !== undefined && story.phase !== 'ended'),
        stands_out: standsOut(standing),
        standing: JSON.stringify(standing),
        course: JSON.stringify(courseOf(story)),
        reach: JSON.stringify(reachOf(story)),
      },
    ];
  },
});
