import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { fromRow } from './stored-act.js';
import { tellTimeline, type TimelineEntry } from './tell-timeline.js';

export interface TimelineFilter {
  readonly organisation: string;
  readonly episodeId: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Every event of the episode in the order of recording; null when the organisation has no such episode. */
export async function timeline(db: Database, filter: TimelineFilter): Promise<Page<TimelineEntry> | null> {
  const limit = pageLength(filter.limit);
  const after = filter.cursor === undefined ? -1 : Number(fromCursor(filter.cursor, 1)[0]);
  // All of them: what an event opened or what undid it may stand on any later page.
  const rows = await db
    .selectFrom('episode_events')
    .selectAll()
    .where('episode_id', '=', filter.episodeId)
    .where('organisation', '=', filter.organisation)
    .orderBy('revision')
    .execute();
  if (rows.length === 0) return null;
  const later = tellTimeline(rows.map(fromRow)).filter(({ revision }) => revision > after);
  return page(
    later,
    limit,
    (entry) => entry,
    (entry) => [entry.revision],
  );
}
