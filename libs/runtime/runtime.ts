import { EPISODE_EVENT_TYPES, ORGANISATION_EVENT_TYPES, PATIENT_EVENT_TYPES, UNREADABLE, type Unreadable } from '#care';
import { createDoor, Episodes, Organisations, Patients, PolicyBook, type Clock, type Door } from '#door';
import { createCodec, type Codec, type EventStore, type KeyRing } from '#event-store';
import { NO_TRACING, type Tracing } from './tracing/tracing.js';

/** Every event type this build knows. */
export const EVENT_TYPES = [...EPISODE_EVENT_TYPES, ...PATIENT_EVENT_TYPES, ...ORGANISATION_EVENT_TYPES] as const;

/** Keys that can be destroyed. */
export interface Keys extends KeyRing {
  /** The name of the subject's key, also of one that is damaged or destroyed; null when there never was one. */
  kidOf(subject: string): string | null;
  /** Makes everything sealed for this subject unreadable for good; again is no error. */
  destroy(subject: string): { readonly kid: string } | null;
  /** How many cannot be used. */
  damaged(): number;
}

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
