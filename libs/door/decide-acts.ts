import type { Circumstances, Decider, Recorded, Refusal } from '#care';
import { EventStoreError } from '#event-store';
import { notRecordable } from './answers.js';
import type { Fact } from './definition.js';

/** One command with its circumstances. */
export interface Act<C> {
  readonly command: C;
  readonly circumstances: Circumstances;
  /** Whether `conclude` is asked even though the command stated nothing. */
  readonly concludesAlways: boolean;
}

/** A fact that a decision stated, and for which of the acts. */
export interface Stated<E> {
  readonly event: E;
  readonly act: number;
  readonly occurredAt: string;
  readonly commandId: string;
}

export interface Decided<S, E> {
  readonly answers: readonly ('accepted' | 'unchanged' | Refusal)[];
  readonly stated: readonly Stated<E>[];
  /** As it will be once everything stated is recorded. */
  readonly state: S;
}

/**
 * Decides acts one after the other, each upon what those before it stated; what is refused is left out. What follows from all of
 * them is concluded once, at the end, under the last act's id. Pure.
 */
export function decideActs<S, C, E extends Fact, R extends Recorded, X>(
  decider: Decider<S, C, E, R, X>,
  before: { readonly state: S; readonly revision: number },
  acts: readonly Act<C>[],
  context: X,
  /** The fact as it will be read back, so that the state is the one that the log will tell. @throws EventStoreError `invalid` */
  conform: (event: E) => E,
): Decided<S, E> {
  const stated: Stated<E>[] = [];
  let { state } = before;
  let concluding = -1;

  const take = (
    event: E,
    act: number,
    { commandId, actor, actorRole, now }: Circumstances,
    occurredAt: string,
  ): void => {
    const revision = before.revision + 1 + stated.length;
    const recorded: Recorded & Fact = { ...event, revision, occurredAt, recordedAt: now, actor, actorRole, commandId };
    state = decider.evolve(state, recorded as unknown as R);
    stated.push({ event, act, occurredAt, commandId });
  };

  const answers = acts.map(({ command, circumstances, concludesAlways }, act) => {
    const decision = decider.decide(state, command, circumstances, context);
    if ('refusal' in decision) return decision.refusal;
    const events = conformed(decision.events, conform);
    if ('refusal' in events) return events.refusal;
    for (const event of events.facts) take(event, act, circumstances, circumstances.occurredAt);
    if (events.facts.length > 0 || concludesAlways) concluding = act;
    return events.facts.length > 0 ? 'accepted' : 'unchanged';
  });

  const last = acts[concluding];
  if (last) {
    // What follows is not what happened in the clinic: it happens now, however late the act was entered.
    const conclusions = decider.conclude?.(state, last.circumstances, context) ?? [];
    for (const event of conclusions) take(conform(event), concluding, last.circumstances, last.circumstances.now);
    if (conclusions.length > 0) answers[concluding] = 'accepted';
  }
  return { answers, stated, state };
}

/** What cannot be written down is refused alone: it must not keep out the other acts of its batch. */
function conformed<E>(
  events: readonly E[],
  conform: (event: E) => E,
): { readonly facts: readonly E[] } | { readonly refusal: Refusal } {
  try {
    return { facts: events.map(conform) };
  } catch (error) {
    if (error instanceof EventStoreError && error.code === 'invalid') return { refusal: notRecordable(error.message) };
    throw error;
  }
}
