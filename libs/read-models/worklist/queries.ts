import { whoseWorkFallsTo } from '#care';
import { organisationQuery } from '../organisation/queries.js';
import { fromCursor, page, pageLength, type Page } from '../page.js';
import type { Database } from '../projection.js';
import { toItem, type FoundItem, type WorklistItem } from './item.js';
import { openItems } from './open-items.js';
import { compareSortKeys, sortKey, worklistRows, type WorklistRow } from './rows.js';

export interface WorklistFilter {
  readonly organisation: string;
  readonly now: Date;
  /** Whose worklist; absent: everybody's. */
  readonly assignee?: string;
  readonly site?: string;
  readonly careManager?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Open follow-ups with a raised step, by person and patient, the most pressing first. */
export function worklistQuery(db: Database): (filter: WorklistFilter) => Promise<Page<WorklistRow>> {
  const organisationNow = organisationQuery(db);
  return async (filter) => {
    const limit = pageLength(filter.limit);
    const organisation = await organisationNow(filter.organisation);
    const now = filter.now.toISOString();
    const { assignee } = filter;
    const persons = assignee === undefined ? null : whoseWorkFallsTo(organisation, assignee, [now]);
    const wanted = worklistRows(await raised(db, filter, persons), organisation, now, assignee);
    const after = filter.cursor === undefined ? null : fromCursor(filter.cursor, 3).map(String);
    const later = after ? wanted.filter((row) => compareSortKeys(sortKey(row), after) > 0) : wanted;
    return page(later, limit, (row) => row, sortKey);
  };
}

async function raised(
  db: Database,
  { organisation, site, careManager }: WorklistFilter,
  persons: ReadonlySet<string> | null,
): Promise<WorklistItem[]> {
  let query = openItems(db, organisation, persons).where('follow_ups.first_raised_at', 'is not', null);
  if (site !== undefined) query = query.where('episodes.site', '=', site);
  if (careManager !== undefined) query = query.where('episodes.care_manager', '=', careManager);
  return (await query.execute()).map((row) => toItem(row as FoundItem));
}
