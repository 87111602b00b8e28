import type { KeyStore } from '#access';
import { EVENT_TYPES, UNREADABLE, type Unreadable } from '#care';
import { createDoor, Episodes, Organisations, Patients, PolicyBook, type Clock, type Door } from '#door';
import { createCodec, type Codec, type EventStore } from '#event-store';
import { NO_TRACING, type Tracing } from './tracing/tracing.js';

/** Keys that can be destroyed. */
export type Keys = Pick<KeyStore, 'keyFor' | 'open' | 'kidOf' | 'destroy' | 'damaged'>;

/** The parts of a profile, opened and fitted together. */
export interface Runtime {
  /** Null when nothing is on disk. */
  readonly dataDir: string | null;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly keys: Keys;
  readonly codec: Codec<Unreadable>;
  readonly door: Door;
  readonly policies: PolicyBook;
  readonly organisations: Organisations;
  readonly patients: Patients;
  readonly episodes: Episodes;
  /** Closes everything in the order in which it depends on each other. */
  close(): Promise<void>;
}

/** What the doors are built upon. */
export interface Ground {
  readonly dataDir: string | null;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly keys: Keys;
  /** One line for the operator; ids, codes and names only. */
  readonly warn: (message: string) => void;
  readonly close: () => Promise<void>;
  readonly tracing?: Tracing | undefined;
}

/** Builds codec and doors upon an open store and key ring. */
export function fitTogether({ dataDir, clock, store, keys, warn, close, tracing = NO_TRACING }: Ground): Runtime {
  const codec = tracing.codec(createCodec<Unreadable>({ types: EVENT_TYPES, keys, unreadable: UNREADABLE }));
  const door = tracing.door(createDoor({ store, codec, clock }));
  const policies = new PolicyBook({ store, codec });
  const patients: Patients = new Patients({
    ...{ door, keys },
    alone: (organisation, patientId, work) => episodes.alone(organisation, patientId, work),
    isOwed: (organisation, patientId) => episodes.isOwed(organisation, patientId),
  });
  const episodes: Episodes = new Episodes({
    ...{ store, codec, clock, door, policies },
    isPatient: (organisation, patientId) => patients.isPatient(organisation, patientId),
    onDerivationRefused: (episodeId, why) => warn(`episode ${episodeId}: nothing could be derived (${why})`),
  });
  return {
    dataDir,
    clock,
    store,
    keys,
    codec,
    door,
    policies,
    organisations: new Organisations({ door }),
    patients,
    episodes,
    close,
  };
}
