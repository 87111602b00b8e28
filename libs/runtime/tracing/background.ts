import { SpanKind, type SpanContext } from '@opentelemetry/api';
import type { EventStore, StoredEvent } from '#event-store';
import {
  EPISODE_WORKFLOW,
  type Engine,
  type EngineSession,
  type EpisodeActivities,
  type EpisodeWaker,
  type Raised,
  type Waker,
} from '#orchestration';
import type { Spans } from './spans.js';
import { sampledContexts } from './trace-context.js';

type Log = Pick<EventStore, 'readStream'>;

/** The same waker: a span for each look. */
export function tracedWaker(spans: Spans, waker: EpisodeWaker): EpisodeWaker {
  const during = <R extends Raised>(name: 'raise' | 'settle', by: Waker, look: () => Promise<R>): Promise<R> =>
    spans.during(name, { attributes: { 'followthrough.settle.waker': by } }, async (tell) => {
      const looked = await look();
      tell({ 'followthrough.settle.raised': looked.raised.length });
      return looked;
    });
  return {
    raise: (episodeId, by) => during('raise', by, () => waker.raise(episodeId, by)),
    settle: (episodeId, by) => during('settle', by, () => waker.settle(episodeId, by)),
  };
}

/** The same activities, under the names that Temporal's own interceptors give; linked to the act that woke the workflow. */
export function tracedActivities(spans: Spans, activities: EpisodeActivities, log: Log): EpisodeActivities {
  return {
    settle: async (input) => {
      const links = await spansBehind(log, input.episodeId, input.minRevision);
      return spans.during('RunActivity:settle', { kind: SpanKind.CONSUMER, links }, () => activities.settle(input));
    },
  };
}

/** The same engine: a span for each poke that an act in a trace caused. */
export function tracedEngine(spans: Spans, engine: Engine, log: Log): Engine {
  return {
    isUp: () => engine.isUp(),
    session: async (signal) => {
      const session = await engine.session(signal);
      return session && tracedSession(spans, session, log);
    },
  };
}

function tracedSession(spans: Spans, session: EngineSession, log: Log): EngineSession {
  return {
    namespaceId: session.namespaceId,
    lost: session.lost,
    isRunning: (episodeId) => session.isRunning(episodeId),
    poke: async (episodeId, revision, again) => {
      const links = await spansBehind(log, episodeId, revision);
      const poke = (): Promise<void> => session.poke(episodeId, revision, again);
      if (links.length === 0) return poke();
      return spans.during(`SignalWithStartWorkflow:${EPISODE_WORKFLOW}`, { kind: SpanKind.PRODUCER, links }, poke);
    },
  };
}

/** Brings a batch into the views in a span that is linked to those its events were recorded in; in none when there are none. */
export async function inViewsSpan(
  spans: Spans,
  events: readonly StoredEvent[],
  work: () => Promise<void>,
): Promise<void> {
  const links = sampledContexts(events);
  if (links.length === 0) return work();
  const attributes = { 'followthrough.views.events': events.length };
  return spans.during('project', { kind: SpanKind.CONSUMER, links, attributes }, work);
}

/** A poke carries a revision and nothing else: which trace it belongs to is in the log. A log that is away costs the link, not the poke. */
async function spansBehind(log: Log, episodeId: string, revision: number): Promise<SpanContext[]> {
  if (revision < 0) return [];
  const events = await log.readStream(`episode-${episodeId}`, { from: revision, limit: 1 }).catch(() => []);
  return sampledContexts(events);
}
