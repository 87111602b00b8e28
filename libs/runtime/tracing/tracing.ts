import type { Door } from '#door';
import type { Codec, EventStore, StoredEvent } from '#event-store';
import type { Engine, EpisodeActivities, EpisodeWaker } from '#orchestration';
import { inViewsSpan, tracedActivities, tracedEngine, tracedWaker } from './background.js';
import { tracedCodec, tracedDoor, tracedStore } from './log.js';
import { requestSpans, type BeginRequest } from './requests.js';
import type { Spans } from './spans.js';

/** Where spans begin, one place each. Without a receiver every part stays as it is, and nothing is paid. */
export interface Tracing {
  door(door: Door): Door;
  codec<U>(codec: Codec<U>): Codec<U>;
  store(store: EventStore, system: string): EventStore;
  waker(waker: EpisodeWaker): EpisodeWaker;
  activities(activities: EpisodeActivities, log: Pick<EventStore, 'readStream'>): EpisodeActivities;
  engine(engine: Engine, log: Pick<EventStore, 'readStream'>): Engine;
  /** Around each batch that the views take in. */
  readonly aroundViews?: (events: readonly StoredEvent[], work: () => Promise<void>) => Promise<void>;
  readonly beginRequest?: BeginRequest;
  /** Sends what is left, for a short while. */
  stop(): Promise<void>;
}

export const NO_TRACING: Tracing = {
  door: (door) => door,
  codec: (codec) => codec,
  store: (store) => store,
  waker: (waker) => waker,
  activities: (activities) => activities,
  engine: (engine) => engine,
  stop: async () => undefined,
};

export const tracingWith = (spans: Spans, stop: () => Promise<void>): Tracing => ({
  door: (door) => tracedDoor(spans, door),
  codec: (codec) => tracedCodec(spans, codec),
  store: (store, system) => tracedStore(spans, store, system),
  waker: (waker) => tracedWaker(spans, waker),
  activities: (activities, log) => tracedActivities(spans, activities, log),
  engine: (engine, log) => tracedEngine(spans, engine, log),
  aroundViews: (events, work) => inViewsSpan(spans, events, work),
  beginRequest: requestSpans(spans),
  stop,
});
