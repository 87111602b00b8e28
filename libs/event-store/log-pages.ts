import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from './envelope.js';
import { toPlace, toPosition, START } from './position.js';
import { EventStoreError, type EventStore, type Notice } from './port.js';
import type { HeadWatch } from './head-watch.js';

/** Part of the log, and how far it was looked at: to there nothing else matches. */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  readonly examinedTo: number;
}

/** The whole log in order, a bounded stretch at a time, so that no read holds the event loop or a snapshot for long. */
export interface LogPages {
  /** At most `limit` events after a place; with prefixes it may give up early, having examined a stretch. */
  page(after: number, limit: number, prefixes: readonly string[] | undefined): LogPage;
  /** The last place; 0 when the log is empty. */
  lastPlace(): number;
}

/** `EventStore.readAll` over pages. */
export async function readPages(
  pages: LogPages,
  options: Parameters<EventStore['readAll']>[0] = {},
): Promise<readonly StoredEvent[]> {
  const { limit = 500, prefixes } = options;
  checkFilter(limit, prefixes);
  const events: StoredEvent[] = [];
  let after = toPlace(options.after ?? START);
  for (;;) {
    const page = pages.page(after, limit - events.length, prefixes);
    events.push(...page.events);
    if (events.length >= limit || page.examinedTo >= pages.lastPlace() || page.examinedTo === after) return events;
    after = page.examinedTo;
    await turn();
  }
}

/** `EventStore.subscribe` over pages: each delivery is a read after the last one, never the notification itself. */
export async function* subscribePages(
  pages: LogPages,
  watch: HeadWatch,
  { after, prefixes, signal, pageSize = 500 }: Parameters<EventStore['subscribe']>[0],
): AsyncGenerator<Notice, void> {
  checkFilter(pageSize, prefixes);
  let place = toPlace(after ?? START);
  while (!signal.aborted) {
    const { events, examinedTo } = pages.page(place, pageSize, prefixes);
    if (events.length > 0) yield { kind: 'events', events };
    const position = toPosition(examinedTo);
    if (prefixes && examinedTo > place && events.at(-1)?.position !== position) yield { kind: 'checkpoint', position };
    place = examinedTo;
    const last = pages.lastPlace();
    if (place < last) {
      await turn();
      continue;
    }
    // Nothing wakes it but growth, so this is said once each time the end is reached.
    if (!signal.aborted) yield { kind: 'caught-up' };
    await watch.moved(last, signal);
  }
}

export function checkFilter(limit: number, prefixes: readonly string[] | undefined): void {
  if (!(Number.isSafeInteger(limit) && limit > 0))
    throw new EventStoreError('invalid', 'a page holds at least one event');
  // An empty list would silently select nothing.
  if (prefixes?.length === 0) throw new EventStoreError('invalid', 'prefixes, when given, name at least one');
}
