import type { Checkpoint } from '#event-store';
import type { Log } from '../parts.js';
import { cloudEventOf, type CloudEvent } from './cloud-event.js';
import type { EventFilter } from './event-filter.js';
import { feedPositionOf } from './feed-position.js';
import { PUBLISHED } from './published-types.js';

export interface EventPage {
  readonly items: readonly CloudEvent[];
  /** Everything up to here was looked at: ask again after it, also when nothing matched. */
  readonly next: string | null;
  /** There was nothing behind `next` when it was looked at. */
  readonly caughtUp: boolean;
}

/** A rare type must not make one request read the whole log; the caller goes on from `next`. */
const MOST_LOOKED_AT = 5_000;
const READ = 500;

export async function eventPage(
  log: Pick<Log, 'readAll'>,
  options: { after: Checkpoint | null; limit: number; filter: EventFilter; publicUrl: string },
): Promise<EventPage> {
  const items: CloudEvent[] = [];
  let last = options.after;
  for (let looked = 0; looked < MOST_LOOKED_AT;) {
    const events = await log.readAll({ prefixes: PUBLISHED, limit: READ, ...(last && { after: last.position }) });
    for (const event of events) {
      last = event;
      if (options.filter(event)) items.push(cloudEventOf(event, options.publicUrl));
      if (items.length === options.limit) return page(items, last, false);
    }
    looked += events.length;
    if (events.length < READ) return page(items, last, true);
  }
  return page(items, last, false);
}

const page = (items: readonly CloudEvent[], last: Checkpoint | null, caughtUp: boolean): EventPage => ({
  items,
  next: last && feedPositionOf(last),
  caughtUp,
});
