import {
  DEFAULT_PATHWAY,
  usFederalHolidays,
  type OrganisationCommand,
  type SiteCalendar,
  type Unreadable,
} from '#care';
import { createDoor, Episodes, fixedClock, Organisations, PolicyBook, type Envelope } from '#door';
import { openMemoryStore, type Codec, type EventStore, type FrozenBatch, type StoredEvent } from '#event-store';
import { faultyStore, type Process, type Rival } from './faulty-store.js';
import { sharingFolds } from './shared-folds.js';
import type { World } from './world.js';

export const ORGANISATION = 'clinic';
export const PATIENT = '018f2f6e-0000-7000-8000-000000000001';

const DAY = { opens: '08:00', closes: '17:00' };
export const HOLIDAYS = usFederalHolidays(2025, 2034);
const calendar = (zone: string): SiteCalendar => ({
  zone,
  hours: { '1': DAY, '2': DAY, '3': DAY, '4': DAY, '5': DAY },
  holidays: HOLIDAYS,
});

/** Of the main site. */
export const CALENDAR = calendar('America/New_York');
export const SITES = { main: 'America/New_York', west: 'America/Los_Angeles' } as const;
/** What the clinic may change to: contacts in the acute phase every three weeks. */
export const OTHER_PATHWAY = {
  ...DEFAULT_PATHWAY,
  version: 2,
  parameters: {
    ...DEFAULT_PATHWAY.parameters,
    'contact.acute': { ...DEFAULT_PATHWAY.parameters['contact.acute']!, value: 21 },
  },
};

const OPENING: readonly OrganisationCommand[] = [
  { type: 'OpenOrganisation', name: 'Simulated Clinic' },
  { type: 'AdoptPathway', pathway: DEFAULT_PATHWAY },
  ...Object.entries(SITES).map(([site, zone]): OrganisationCommand => ({
    type: 'OpenSite',
    site,
    name: `Test site ${site}`,
    calendar: calendar(zone),
  })),
  // A door reads the last event of a stream again and again: a small one makes lives quicker to live.
  { type: 'AddStaff', staff: 'cm-1', role: 'care-manager' },
];

export const systemEnvelope = <C>(commandId: string, command: C): Envelope<C> => ({
  commandId,
  command,
  actor: 'system:reactor',
  actorRole: 'system',
  organisation: ORGANISATION,
});

/** Ids that are new within a life and the same in each run. */
export function ids(mark: string): () => string {
  let n = 0;
  return () => `00000000-0000-7000-8${mark.padStart(3, '0')}-${String((n += 1)).padStart(12, '0')}`;
}

/** A log in which the organisation is open. */
export async function openingOf(codec: Codec<Unreadable>): Promise<readonly StoredEvent[]> {
  const store = openMemoryStore();
  const clock = fixedClock('2026-01-05T15:00:00.000Z');
  const door = createDoor({ store, codec, clock, newId: ids('a') });
  const organisations = new Organisations({ door });
  for (const [n, command] of OPENING.entries())
    await organisations.handle(ORGANISATION, systemEnvelope(`opening-${n}`, command));
  return store.readAll({ limit: 1_000 });
}

/** A log as one batch for each stream, to be appended elsewhere. */
export function batchesOf(log: readonly StoredEvent[]): FrozenBatch[] {
  return [...Map.groupBy(log, ({ streamId }) => streamId)].map(([streamId, events]) => ({
    streamId,
    expected: 'no-stream',
    events: events.map(({ position: _position, ...event }) => event) as [StoredEvent, ...StoredEvent[]],
  }));
}

/** One process with doors of its own: what it remembers is lost when it ends. */
export interface Doors extends Process {
  readonly episodes: Episodes;
  readonly organisations: Organisations;
  readonly store: EventStore;
  readonly refusals: string[];
}

export interface DoorsParts {
  readonly world: World;
  readonly codec: Codec<Unreadable>;
  readonly newId: () => string;
  readonly store: EventStore;
  /** Told when it died. */
  readonly crashed: () => void;
  /** Absent: the wire to the store is a good one. */
  readonly rival?: Rival;
}

export function openDoors({ world, codec, newId, store: log, crashed, rival }: DoorsParts): Doors {
  let alive = true;
  const process: Process = {
    get alive() {
      return alive;
    },
    crash() {
      if (!alive) return;
      alive = false;
      crashed();
    },
  };
  const store = rival ? faultyStore(log, world, process, rival) : log;
  const pause = (attempt: number): Promise<void> => world.pause(20 * attempt);
  const parts = { store, codec, clock: world.clock, newId, retries: { pause } };
  const door = sharingFolds(createDoor(parts));
  const refusals: string[] = [];
  const episodes = new Episodes({
    ...parts,
    door,
    policies: new PolicyBook(parts),
    onDerivationRefused: (_episodeId, why) => refusals.push(why),
  });
  return Object.assign(process, { episodes, organisations: new Organisations({ door }), store, refusals });
}
