import { SpanKind } from '@opentelemetry/api';
import type { BatchOutcome, Door, Envelope, Outcome } from '#door';
import { categoryOf, withAppend, type Codec, type EventStore } from '#event-store';
import type { Spans } from './spans.js';

/** The same door: a span for each decision. */
export function tracedDoor(spans: Spans, door: Door): Door {
  return {
    ...door,
    handle: (definition, streamId, envelope) =>
      spans.during(`decide ${typeOf(envelope)}`, told(definition.decider.category, typeOf(envelope)), async (tell) => {
        const outcome = await door.handle(definition, streamId, envelope);
        tell({ 'followthrough.command.outcome': codeOf(outcome) });
        return outcome;
      }),
    handleAll: (definition, streamId, envelopes) =>
      spans.during('decide several', told(definition.decider.category, 'several'), async (tell) => {
        const outcome = await door.handleAll(definition, streamId, envelopes);
        tell({ 'followthrough.command.outcome': outcomesOf(outcome) });
        return outcome;
      }),
  };
}

/** The same codec: what is frozen bears the span in which it was decided. It is not part of what is hashed. */
export function tracedCodec<U>(spans: Spans, codec: Codec<U>): Codec<U> {
  return {
    ...codec,
    freeze: (decision) => codec.freeze({ ...decision, traceparent: spans.traceparent() ?? decision.traceparent }),
  };
}

/** The same store: a span for each append. */
export const tracedStore = (spans: Spans, store: EventStore, system: string): EventStore =>
  withAppend(store, (batch) => {
    const attributes = {
      'db.system.name': system,
      'db.operation.name': 'append',
      'db.operation.batch.size': batch.events.length,
      'followthrough.stream.category': categoryOf(batch),
    };
    return spans.during('append', { kind: SpanKind.CLIENT, attributes }, () => store.append(batch));
  });

const told = (category: string, type: string) => ({
  attributes: { 'followthrough.stream.category': category, 'followthrough.command.type': type },
});

/** Commands are ours: their types are words of the code. */
const typeOf = ({ command }: Envelope<unknown>): string => (command as { readonly type: string }).type;

const codeOf = (outcome: Outcome<unknown>): string =>
  outcome.kind === 'refused' ? `refused: ${outcome.refusal.code}` : outcome.kind;

const outcomesOf = ({ results }: BatchOutcome<unknown>): string =>
  [...new Set(results.map(({ kind }) => kind))].toSorted().join(' ');
