import type { Actor, Recorded } from './event-type.js';
import { EARLIEST } from './words.js';

/** Why an act is not possible. A refusal is an answer, never an exception; `code` is one of the published problem types. */
export interface Refusal {
  readonly code: string;
  /** The reason in words that a care manager understands; nothing personal in it. */
  readonly detail: string;
  readonly errors?: readonly { pointer: string; detail: string }[];
}

export type Decision<E> = { readonly events: readonly E[] } | { readonly refusal: Refusal };

export const accept = <E>(...events: E[]): Decision<E> => ({ events });
export const refuse = (code: string, detail: string, errors?: Refusal['errors']): { refusal: Refusal } =>
  errors ? { refusal: { code, detail, errors } } : { refusal: { code, detail } };

/** How far ahead of our clock an act may claim to have happened: clocks differ (research §9, 25). */
const TOLERANCE_MS = 5 * 60_000;

/** What is recorded has happened, and in this age; what is planned is said in the act itself. */
export function refusalOfTime({ occurredAt, now }: Circumstances): { refusal: Refusal } | undefined {
  if (Date.parse(occurredAt) > Date.parse(now) + TOLERANCE_MS)
    return refuse('occurred-in-future', 'What is recorded must have happened already.', [
      { pointer: '/occurredAt', detail: 'in the future' },
    ]);
  return Date.parse(occurredAt) < Date.parse(EARLIEST)
    ? refuse('occurred-too-early', `Nothing that is recorded here happened before ${EARLIEST}.`, [
        { pointer: '/occurredAt', detail: `before ${EARLIEST}` },
      ])
    : undefined;
}

/** The circumstances of one command: who, for whom, when it happened and what time it is. Instants are ISO UTC. */
export interface Circumstances {
  readonly commandId: string;
  readonly actor: Actor;
  readonly actorRole: string;
  readonly organisation: string;
  readonly occurredAt: string;
  readonly now: string;
}

/**
 * Three functions and a start. `decide` answers what a command means in a state; `evolve` folds one recorded event and never
 * throws; `conclude` is called once per append, after all its commands were decided and folded, and adds what follows from
 * them (the difference of follow-ups). All pure: time, policy and identity are arguments.
 */
export interface Decider<S, C, E, R extends Recorded, X> {
  readonly category: string;
  readonly initial: S;
  decide(state: S, command: C, circumstances: Circumstances, context: X): Decision<E>;
  evolve(state: S, event: R): S;
  conclude?(state: S, circumstances: Circumstances, context: X): readonly E[];
}
