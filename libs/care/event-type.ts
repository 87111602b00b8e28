import { z } from 'zod';

/** Turns the body of one older schema version into that of the next. Pure, one step at a time. */
export type Upcast = (body: { facts: unknown; sealed: unknown }) => { facts: unknown; sealed: unknown };

/**
 * An event type, declared once: its name, current schema version, and the schemas of its two boxes.
 * `facts` is stored plain and may hold kinds, codes, dates, opaque ids and revisions, never anything personal or a score.
 * `sealed` is encrypted with the patient's key before it is hashed and stored; `null` when the event seals nothing.
 */
export interface EventType<T extends string = string, F = unknown, S = unknown> {
  readonly type: T;
  readonly version: number;
  readonly facts: z.ZodType<F>;
  readonly sealed: z.ZodType<S> | null;
  /** What ends an episode: without a word that would be sealed it is recorded also of somebody who was erased. */
  readonly outlivesKey?: boolean;
  /** What happened, in one plain sentence, for the generated catalogue. */
  readonly meaning: string;
  readonly upcasts: Readonly<Record<number, Upcast>>;
}

export function eventType<const T extends string, F, S = null>(definition: {
  type: T;
  meaning: string;
  facts: z.ZodType<F>;
  sealed?: z.ZodType<S>;
  outlivesKey?: boolean;
  version?: number;
  upcasts?: Record<number, Upcast>;
}): EventType<T, F, S> {
  return { version: 1, upcasts: {}, ...definition, sealed: definition.sealed ?? null };
}

/** What an erased or missing key leaves of a sealed box. */
export const UNREADABLE = Symbol('unreadable');
export type Unreadable = typeof UNREADABLE;

/** A new fact, as a decider states it. */
export type EventOf<E> =
  E extends EventType<infer T, infer F, infer S>
    ? Readonly<{ type: T; facts: Readonly<F>; sealed: S extends null ? null : Readonly<S> }>
    : never;

/** Who acts: `user:<id>`, `system:workflow`, `system:watchdog`, `system:reactor`, `integration:<id>`. */
export type Actor = `user:${string}` | `system:${string}` | `integration:${string}`;

/** Where and when a recorded fact stands. Instants are ISO 8601 in UTC with milliseconds. */
export interface Recorded {
  readonly revision: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly actorRole: string;
  readonly commandId: string;
}

/** A recorded event as folds and readers see it; `sealed` is UNREADABLE when its key is gone. */
export type RecordedOf<E> =
  E extends EventType<infer T, infer F, infer S>
    ? Readonly<{ type: T; facts: Readonly<F>; sealed: S extends null ? null : Readonly<S> | Unreadable }> & Recorded
    : never;
