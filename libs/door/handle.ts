import { randomUUIDv7 } from 'node:crypto';
import type { Recorded, Refusal, Unreadable } from '#care';
import type { Codec, EventStore } from '#event-store';
import type { ActResult, BatchOutcome } from './answers.js';
import type { Definition, Fact } from './definition.js';
import type { Clock, Envelope, Loaded, Outcome } from './port.js';
import { spreadOverTwins, withoutTwins } from './requests.js';
import { RETRIES, type Retries } from './retries.js';
import { StreamDoor, type LoadOptions, type StreamDoorParts } from './stream-door.js';
import { Turns } from './turns.js';

export interface DoorParts {
  readonly store: EventStore;
  readonly codec: Codec<Unreadable>;
  readonly clock: Clock;
  /** Default: UUIDv7. */
  readonly newId?: () => string;
  readonly retries?: Partial<Retries>;
}

/** The one way in: every change of a stream is a command that is decided and appended here. */
export interface Door {
  /** @throws EventStoreError `tampered`; UnreadableEvent; DoorUnavailable */
  load<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
    streamId: string,
    options?: LoadOptions,
  ): Promise<Loaded<S>>;
  /** Whether the stream holds facts of one of these commands. @throws as `load` */
  knows<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
    streamId: string,
    commandIds: readonly string[],
  ): Promise<boolean>;
  /** Why a command would be refused as things stand; null when it would not. Nothing is recorded. @throws as `load` */
  refusalOf<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
    streamId: string,
    envelope: Envelope<C>,
  ): Promise<Refusal | null>;
  /** @throws EventStoreError `tampered` | `too-large` | `invalid`; UnreadableEvent; DoorUnavailable */
  handle<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
    streamId: string,
    envelope: Envelope<C>,
  ): Promise<Outcome<S>>;
  /**
   * Acts of one actor in one append; what follows from them is concluded once. What is refused is left out, the others go on.
   * @throws as `handle`
   */
  handleAll<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
    streamId: string,
    envelopes: readonly Envelope<C>[],
  ): Promise<BatchOutcome<S>>;
  /** Does something while this door decides nothing on the stream; a command on it that is sent from within would never get its turn. */
  alone<T>(streamId: string, work: () => Promise<T>): Promise<T>;
  /** Forgets folded streams: after a key was destroyed nothing that it opened may stay in memory. */
  forget(): void;
}

export function createDoor({ newId = randomUUIDv7, retries, ...rest }: DoorParts): Door {
  const parts: StreamDoorParts = { ...rest, newId, retries: { ...RETRIES, ...retries } };
  const turns = new Turns();
  const doors = new Map<string, { readonly of: unknown; readonly door: { forget(): void } }>();

  function doorOf<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
  ): StreamDoor<S, C, E, R, X> {
    const { category } = definition.decider;
    const known = doors.get(category);
    if (known && known.of !== definition) throw new Error(`two definitions for the streams ${category}-…`);
    if (known) return known.door as StreamDoor<S, C, E, R, X>;
    const door = new StreamDoor(definition, parts);
    doors.set(category, { of: definition, door });
    return door;
  }

  return {
    load: (definition, streamId, options) => doorOf(definition).load(streamId, options),

    knows: (definition, streamId, commandIds) => doorOf(definition).knows(streamId, commandIds),

    refusalOf: (definition, streamId, envelope) => doorOf(definition).refusalOf(streamId, envelope),

    async handle(definition, streamId, envelope) {
      const door = doorOf(definition);
      const outcome = await turns.take(streamId, () => door.run(streamId, [envelope]));
      return outcomeOf(outcome, (atRevision) => door.load(streamId, { atRevision }));
    },

    async handleAll(definition, streamId, envelopes) {
      const door = doorOf(definition);
      const outcome = await turns.take(streamId, () => door.run(streamId, withoutTwins(envelopes)));
      return { ...outcome, results: spreadOverTwins(envelopes, outcome.results) };
    },

    alone: (streamId, work) => turns.take(streamId, work),

    forget() {
      for (const { door } of doors.values()) door.forget();
    },
  };
}

/** A batch of one as the outcome of its command. */
async function outcomeOf<S>(
  { loaded, results, events }: BatchOutcome<S>,
  loadAt: (revision: number) => Promise<Loaded<S>>,
): Promise<Outcome<S>> {
  const [result] = results as [ActResult];
  switch (result.kind) {
    case 'appended':
      return { kind: 'appended', loaded, firstRevision: result.firstRevision, events };
    case 'repeated': {
      const { firstRevision, lastRevision } = result;
      return {
        kind: 'repeated',
        loaded: lastRevision === loaded.revision ? loaded : await loadAt(lastRevision),
        firstRevision,
      };
    }
    case 'changed':
      return { kind: 'id-reused', loaded };
    default:
      return { ...result, loaded };
  }
}
