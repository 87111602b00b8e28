import type { StoredEvent } from '../envelope.js';
import { checkFilter } from '../log-pages.js';
import { BACKOFF, pause, pauseAfter } from '../pause.js';
import { START as BEGINNING } from '../position.js';
import { EventStoreError, isStoreAway, type EventStore, type Notice } from '../port.js';
import { arrivals, type Wanted } from './arrivals.js';

export interface SubscribeParts extends Pick<Wanted, 'connection' | 'scope' | 'timeoutMillis'> {
  readonly head: EventStore['head'];
  readonly at: EventStore['at'];
  readonly readAll: EventStore['readAll'];
}

type Options = Parameters<EventStore['subscribe']>[0];

/** How far a subscriber has come: the position, and the last event of ours up to there, as far as it is known. */
interface Place {
  position: string | undefined;
  anchor: Pick<StoredEvent, 'position' | 'hash'> | null;
}

/**
 * `EventStore.subscribe`: a subscription to `$all`, taken up again after it broke where it was.
 * @throws EventStoreError `invalid`; `tampered` when the log under it is another one: whoever follows must look at its checkpoint again
 */
export async function* subscribe(parts: SubscribeParts, options: Options): AsyncGenerator<Notice, void> {
  const { after, prefixes, signal, pageSize = 500 } = options;
  checkFilter(pageSize, prefixes);
  const place: Place = { position: after, anchor: null };
  let anchored = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (anchored) await stillThere(parts, place);
      else place.anchor = await anchorAt(parts, after);
      anchored = true;
      for await (const notice of connection(parts, { ...options, pageSize }, place)) {
        failures = 0;
        yield notice;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isStoreAway(error)) throw error;
      failures += 1;
      await pause(pauseAfter(failures, BACKOFF), signal);
    }
  }
}

/** One connection's worth of notices, in pages. Moves the place along. */
async function* connection(
  parts: SubscribeParts,
  { prefixes, signal, pageSize }: Options & { readonly pageSize: number },
  place: Place,
): AsyncGenerator<Notice, void> {
  // Whoever is caught up has passed what was the head before; the server itself tells only every so often how far it looked.
  const horizon = prefixes ? (await parts.head())?.position : undefined;
  let page: StoredEvent[] = [];
  let live = false;

  function* turn(): Generator<Notice, void> {
    const last = page.at(-1);
    if (!last) return;
    const events = page;
    page = [];
    place.position = last.position;
    place.anchor = last;
    yield { kind: 'events', events };
  }
  function* examined(position: string): Generator<Notice, void> {
    yield* turn();
    if (place.position !== undefined && position <= place.position) return;
    place.position = position;
    yield { kind: 'checkpoint', position };
  }

  for await (const come of arrivals({ ...parts, after: place.position, prefixes, signal })) {
    for (const arrival of come) {
      if (signal.aborted) return;
      if (arrival.kind === 'event') {
        // A server may begin a little early.
        if (arrival.event.position <= (page.at(-1)?.position ?? place.position ?? '')) continue;
        page.push(arrival.event);
        if (page.length === pageSize) yield* turn();
      } else if (arrival.kind === 'checkpoint') {
        if (prefixes && (live || arrival.position <= (horizon ?? ''))) yield* examined(arrival.position);
      } else {
        yield* horizon === undefined ? turn() : examined(horizon);
        live = true;
        if (!signal.aborted) yield { kind: 'caught-up' };
      }
    }
    if (live && !signal.aborted) yield* turn();
  }
}

/** @throws EventStoreError `invalid` when the server cannot read from there: asked again and again, it never could */
async function anchorAt({ at, readAll }: SubscribeParts, after: string | undefined): Promise<Place['anchor']> {
  if (after === undefined || after === BEGINNING) return null;
  const event = await at(after);
  if (!event) await readAll({ after, limit: 1 });
  return event;
}

/** A log that was restored under a subscriber may have gone another way: it must not be followed on from a place in the old one. */
async function stillThere({ at }: SubscribeParts, { anchor }: Place): Promise<void> {
  if (!anchor) return;
  if ((await at(anchor.position))?.hash !== anchor.hash)
    throw new EventStoreError('tampered', 'the log under the subscription was replaced or rewound');
}
