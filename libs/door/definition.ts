import type { Decider, Recorded, Refusal } from '#care';
import type { Loaded } from './port.js';

/** A new fact as a decider states it, whatever its type. */
export interface Fact {
  readonly type: string;
  readonly facts: unknown;
  readonly sealed: unknown;
}

/** What is known when the context of a decision is asked for. */
export interface Situation<S, C> {
  readonly streamId: string;
  readonly organisation: string;
  readonly loaded: Loaded<S>;
  readonly commands: readonly C[];
}

/** A decider with what the door needs to run it: where its policy comes from, whose key seals, what the envelope says. */
export interface Definition<S, C, E extends Fact, R extends Recorded, X> {
  readonly decider: Decider<S, C, E, R, X>;
  /** Policy and the like; a refusal when the act cannot be decided here (no such site, newer rules). */
  contextFor(situation: Situation<S, C>): Promise<{ readonly context: X } | { readonly refusal: Refusal }>;
  /** Whose key seals and fingerprints, such as `patient:<id>`; never asked when `contextFor` refused. */
  subjectOf(streamId: string, state: S, commands: readonly C[]): string;
  /** The site as the state has it after the decision; '' where there is none. */
  siteOf(state: S): string;
  /** The pin in force for the decision; '' where there is none. */
  pinOf(events: readonly E[], context: X): string;
  /** Whether `conclude` is asked even though this command stated nothing (Derive). */
  concludesAlways?(command: C): boolean;
}
