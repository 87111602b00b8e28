import { EVENT_TYPES, UNREADABLE, type Unreadable } from '#care';
import { createCodec, memoryKeys, openMemoryStore, type Codec, type EventStore, type KeyRing } from '#event-store';
import { fixedClock, type FixedClock } from '../clock.js';
import { Episodes } from '../episodes.js';
import { createDoor } from '../handle.js';
import { Organisations } from '../organisations.js';
import { Patients } from '../patients.js';
import { PolicyBook } from '../policy-book.js';
import type { Envelope } from '../port.js';
import { seedClinic } from '../seed.js';

export const PATIENT = '018f2f6e-0000-7000-8000-000000000001';
export const MONDAY = '2026-03-02T15:00:00.000Z';

export interface ClinicParts {
  readonly store?: EventStore;
  readonly keys?: KeyRing;
  readonly clock?: FixedClock;
}

/** The doors of a seeded clinic in memory, with one registered patient. */
export async function openClinic({
  store = openMemoryStore(),
  keys = memoryKeys(),
  clock = fixedClock(MONDAY),
}: ClinicParts = {}) {
  const doors = openDoors({ store, keys, clock });
  await seedClinic({ organisations: doors.organisations, clock, zone: 'America/New_York' });
  await doors.patients.handle(PATIENT, by({ type: 'RegisterPatient', name: 'Ada' }));
  return doors;
}

/** The doors alone, as another process would have them. */
export function openDoors({ store, keys, clock }: Required<ClinicParts>) {
  const codec: Codec<Unreadable> = createCodec({
    types: EVENT_TYPES,
    keys,
    unreadable: UNREADABLE,
  });
  const refusals: string[] = [];
  const parts = { store, codec, clock, retries: { pause: async () => undefined } };
  const door = createDoor(parts);
  const policies = new PolicyBook(parts);
  const destroyed = new Set<string>();
  const patients: Patients = new Patients({
    door,
    alone: (organisation, patientId, work) => episodes.alone(organisation, patientId, work),
    isOwed: (organisation, patientId) => episodes.isOwed(organisation, patientId),
    keys: { kidOf: (subject) => keys.keyFor(subject).kid, destroy: (subject) => destroyed.add(subject) },
  });
  const episodes: Episodes = new Episodes({
    ...parts,
    door,
    policies,
    isPatient: (organisation, patientId) => patients.isPatient(organisation, patientId),
    onDerivationRefused: (_episodeId, why) => refusals.push(why),
  });
  return {
    store,
    keys,
    clock,
    codec,
    door,
    policies,
    patients,
    destroyed,
    episodes,
    refusals,
    organisations: new Organisations({ door }),
  };
}

let last = 0;
/** A command by the care manager; what is given overrides. */
export const by = <C>(command: C, given: Partial<Envelope<C>> = {}): Envelope<C> => ({
  commandId: `by-${(last += 1)}`,
  command,
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  organisation: 'clinic',
  ...given,
});

export const referral = {
  type: 'ReferPatient',
  patientId: PATIENT,
  site: 'main',
  referredBy: 'pcp-1',
  urgency: 'routine',
  careManager: 'cm-1',
} as const;
