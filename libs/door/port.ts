import type { Actor, Recorded, Refusal } from '#care';
import type { FrozenEvent } from '#event-store';

/** Present time. Scaled in the demo, fixed in tests. */
export interface Clock {
  now(): Date;
  /** How many milliseconds of real time pass until the clock shows this instant; 0 when it is past. */
  realMillisUntil(instant: Date): number;
}

/** One command with the request it came from. A keyed hash of command and `occurredAt` is remembered with the command id. */
export interface Envelope<C> {
  readonly commandId: string;
  readonly command: C;
  readonly actor: Actor;
  readonly actorRole: string;
  readonly organisation: string;
  /** When it happened in the clinic, ISO 8601; leave it out to mean now: a retry must say the same as the first try. */
  readonly occurredAt?: string;
  readonly traceparent?: string;
  /** If-Match: the revision the person had before them; refused as stale when somebody else's act came after it. */
  readonly basedOn?: number;
}

/** A fold of one stream with what the door needs to append to it. */
export interface Loaded<S> {
  readonly state: S;
  /** -1 when the stream does not exist. */
  readonly revision: number;
  readonly position: string | null;
  readonly lastHash: string;
  readonly lastRecordedAt: string | null;
  readonly organisation: string | null;
}

export type Outcome<S> =
  | {
      readonly kind: 'appended';
      readonly loaded: Loaded<S>;
      readonly firstRevision: number;
      readonly events: readonly FrozenEvent[];
    }
  /** The command asks for what is already so; nothing was recorded. */
  | { readonly kind: 'unchanged'; readonly loaded: Loaded<S> }
  /** This command id was handled before, with the same request: `loaded` is the state right after it. */
  | { readonly kind: 'repeated'; readonly loaded: Loaded<S>; readonly firstRevision: number }
  /** This command id was handled before, with another request. */
  | { readonly kind: 'id-reused'; readonly loaded: Loaded<S> }
  | { readonly kind: 'stale'; readonly loaded: Loaded<S>; readonly since: readonly Recorded[] }
  | { readonly kind: 'refused'; readonly loaded: Loaded<S>; readonly refusal: Refusal };

/** What is known about a command that could not be handled. */
export type Unavailability = 'nothing-recorded' | 'outcome-unknown';

/** The store or the keys are away. Becomes a 503; the same command may be sent again under the same id, whatever became of it. */
export class DoorUnavailable extends Error {
  override readonly name = 'DoorUnavailable';
  /** `outcome-unknown`: it may have been recorded; sending it again tells. */
  readonly outcome: Unavailability;

  constructor(message: string, options: ErrorOptions & { readonly outcome?: Unavailability } = {}) {
    super(message, options);
    this.outcome = options.outcome ?? 'nothing-recorded';
  }
}

/** What had to be sealed could not be: trying again is of no use before the operator has brought the key back. Nothing was recorded. */
export class KeyUnusable extends DoorUnavailable {
  constructor(cause: unknown) {
    super('The key of this record cannot be used; nothing was recorded.', { cause });
  }
}
