import type { Recorded, Refusal } from '#care';
import type { FrozenEvent } from '#event-store';
import type { Loaded } from './port.js';

/** What became of one act of a batch. `changed`: its id was used before, for another request. */
export type ActResult =
  | { readonly kind: 'appended'; readonly firstRevision: number; readonly lastRevision: number }
  | { readonly kind: 'repeated'; readonly firstRevision: number; readonly lastRevision: number }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'stale'; readonly since: readonly Recorded[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface BatchOutcome<S> {
  readonly loaded: Loaded<S>;
  /** One for each envelope, in their order. */
  readonly results: readonly ActResult[];
  /** What was appended, with what was concluded from it. */
  readonly events: readonly FrozenEvent[];
}

/** What the door itself refuses, whatever the decider would say. */
export const NOT_FOUND: Refusal = {
  code: 'not-found',
  detail: 'What this is about does not exist in your organisation.',
};
export const IN_FUTURE: Refusal = {
  code: 'occurred-in-future',
  detail: 'What is recorded must have happened already.',
  errors: [{ pointer: '/occurredAt', detail: 'in the future' }],
};
export const ERASED: Refusal = {
  code: 'patient-erased',
  detail: 'The data of this patient were erased; nothing personal can be added.',
};
/** An act that its schema let through and that no event can hold: a fault of ours. `why` names types and fields, never a value. */
export const notRecordable = (why: string): Refusal => ({
  code: 'not-recordable',
  detail: why,
});

export const refused = (refusal: Refusal): ActResult => ({ kind: 'refused', refusal });
