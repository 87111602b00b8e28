import type { FrozenBatch, FrozenEvent } from '#event-store';
import { IN_FUTURE, refused, type ActResult } from './answers.js';
import type { Remembered } from './command-memory.js';
import type { Envelope } from './port.js';
import type { Folded } from './stream-fold.js';

/** How far ahead of our clock an act may claim to have happened: clocks differ (domain research, edge case 25). */
const TOLERANCE_MS = 5 * 60_000;

export interface Asked<S, C> {
  readonly envelope: Envelope<C>;
  readonly folded: Folded<Remembered<S>>;
  /** What this call has sent to the store so far, by event id: a conflict may be with ourselves. */
  readonly sent: ReadonlyMap<string, FrozenBatch>;
  readonly now: Date;
  /** Whether the envelope is the request that has this fingerprint. */
  readonly matches: (envelope: Envelope<C>, fingerprint: string) => boolean;
}

/** What can be said without the decider: handled before, in the future, or overtaken by somebody's act. Null: it must be decided. */
export function answerBefore<S, C>({ envelope, folded, sent, now, matches }: Asked<S, C>): ActResult | null {
  const { commandId, occurredAt, basedOn } = envelope;
  const trace = folded.value.commands.get(commandId);
  if (trace) {
    const { firstRevision, lastRevision, firstEventId, fingerprint } = trace;
    if (sent.has(firstEventId)) return { kind: 'appended', firstRevision, lastRevision };
    return matches(envelope, fingerprint) ? { kind: 'repeated', firstRevision, lastRevision } : { kind: 'changed' };
  }
  const isAhead = occurredAt !== undefined && Date.parse(occurredAt) > now.getTime() + TOLERANCE_MS;
  if (isAhead) return refused(IN_FUTURE);
  // Nobody was ever shown a stream that does not exist: the decider says so.
  if (basedOn === undefined || folded.last === null) return null;
  const since = folded.value.acts.filter(({ revision }) => revision > basedOn);
  // A revision that is not there yet was never shown to anybody: the log was restored under the caller.
  return since.length > 0 || basedOn > (folded.last?.revision ?? -1) ? { kind: 'stale', since } : null;
}

/** The events of our own batch, when a conflict turned out to be with ourselves. */
export function ownEvents<S, C>(
  envelopes: readonly Envelope<C>[],
  { value }: Folded<Remembered<S>>,
  sent: ReadonlyMap<string, FrozenBatch>,
): readonly FrozenEvent[] {
  const traces = envelopes.map(({ commandId }) => value.commands.get(commandId));
  const mine = traces.find((trace) => trace && sent.has(trace.firstEventId));
  return (mine && sent.get(mine.firstEventId)?.events) ?? [];
}
