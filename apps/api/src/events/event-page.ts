import type { Log } from '../parts.js';
import { cloudEventOf, type CloudEvent } from './cloud-event.js';
import { PUBLISHED, type EventFilter } from './event-filter.js';

export interface EventPage {
  readonly items: readonly CloudEvent[];
  /** Everything up to here was looked at: ask again after it, also when nothing matched. */
  readonly next: string | null;
}

/** A rare type must not make one request read the whole log; the caller goes on from `next`. */
const MOST_LOOKED_AT = 5_000;
const READ = 500;

export async function eventPage(
  log: Pick<Log, 'readAll'>,
  options: { after?: string | undefined; limit: number; filter: EventFilter },
): Promise<EventPage> {
  const items: CloudEvent[] = [];
  let next = options.after ?? null;
  for (let looked = 0; looked < MOST_LOOKED_AT;) {
    const events = await log.readAll({ prefixes: PUBLISHED, limit: READ, ...(next === null ? {} : { after: next }) });
    for (const event of events) {
      next = event.position;
      if (options.filter(event)) items.push(cloudEventOf(event));
      if (items.length === options.limit) return { items, next };
    }
    looked += events.length;
    if (events.length < READ) break;
  }
  return { items, next };
}
