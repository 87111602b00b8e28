import { EVENT_TYPES, UNREADABLE, type Actor, type EpisodeCommand } from '#care';
import {
  createDoor,
  episodeStream,
  Episodes,
  fixedClock,
  Organisations,
  PolicyBook,
  seedClinic,
  type Waker,
} from '#door';
import {
  createCodec,
  hashOf,
  memoryKeys,
  openMemoryStore,
  prevHashOf,
  type EventStore,
  type KeyRing,
  type StoredEvent,
} from '#event-store';
import { wholeLog } from './log-file.js';

async function eventsOf(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of wholeLog(store)) events.push(event);
  return events;
}

/** For specs: a clinic with the real doors, on a clock that moves only when told, whose log can be falsified. */
export async function openSampleClinic(
  start = '2027-03-01T15:00:00.000Z',
  store: EventStore = openMemoryStore(),
  keys: KeyRing = memoryKeys(),
) {
  const clock = fixedClock(start);
  const codec = createCodec({
    types: EVENT_TYPES,
    keys,
    unreadable: UNREADABLE,
  });
  const door = createDoor({ store, codec, clock });
  const episodes = new Episodes({ store, codec, clock, door, policies: new PolicyBook({ store, codec }) });
  await seedClinic({ organisations: new Organisations({ door }), clock, zone: 'America/New_York' });
  const known = new Set<string>();
  let asked = 0;
  const envelope = <C>(command: C, actor: Actor = 'user:cm-1') => ({
    commandId: `c-${(asked += 1)}`,
    command,
    actor,
    actorRole: 'care-manager',
    organisation: 'clinic',
  });

  async function refer(n = 1): Promise<string> {
    const patientId = `018f2f6e-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const { episodeId } = await episodes.refer(
      envelope({
        type: 'ReferPatient',
        patientId,
        site: 'main',
        referredBy: 'pcp-1',
        urgency: 'routine',
        careManager: 'cm-1',
      } as const),
    );
    known.add(episodeId);
    return episodeId;
  }

  /** Whatever an act leaves to its schema's defaults is given here in full. */
  async function act(episodeId: string, command: EpisodeCommand): Promise<void> {
    const outcome = await episodes.handle(episodeId, envelope(command));
    if (outcome.kind !== 'appended')
      throw new Error(`${command.type}: ${outcome.kind} ${outcome.kind === 'refused' ? outcome.refusal.detail : ''}`);
  }

  /** Lets time pass, and each step be raised exactly when it comes due; with nobody awake, only time passes. */
  async function until(instant: string, waker: Waker | 'nobody' = 'system:workflow'): Promise<void> {
    while (waker !== 'nobody') {
      const settled = await Promise.all([...known].map((id) => episodes.settle(id, waker)));
      const next = settled.flatMap((one) => one.next?.at ?? []).toSorted()[0];
      if (next === undefined || next > instant) break;
      clock.set(next);
    }
    clock.set(instant);
  }

  return {
    store,
    codec,
    clock,
    episodes,
    refer,
    act,
    until,
    settle: () => until(clock.now().toISOString()),
    log: () => eventsOf(store),
  };
}

export const enrol: EpisodeCommand = { type: 'EnrolPatient' };
export const treatmentContact: EpisodeCommand = {
  type: 'RecordContact',
  kind: 'treatment',
  withWhom: 'patient',
  modality: 'phone',
  twoWay: true,
};
export const reached: EpisodeCommand = {
  type: 'RecordOutreachAttempt',
  purpose: 'referral',
  channel: 'phone',
  outcome: 'reached',
};
export const discharge: EpisodeCommand = { type: 'DischargePatient', reason: 'graduated', channel: 'record' };

type Edit = (event: StoredEvent) => StoredEvent | readonly StoredEvent[];

/** A log as somebody would leave it who changes it and then hashes it anew, so that every chain holds. */
export function falsified(log: readonly StoredEvent[], edit: Edit): StoredEvent[] {
  const heads = new Map<string, StoredEvent>();
  return log
    .flatMap((event) => edit(event))
    .map((event, at) => {
      const previous = heads.get(event.streamId);
      const hashable = {
        ...event,
        revision: previous ? previous.revision + 1 : 0,
        prevHash: previous?.hash ?? prevHashOf(event.streamId),
      };
      const whole = { ...hashable, hash: hashOf(hashable), position: String(at + 1).padStart(20, '0') };
      heads.set(event.streamId, whole);
      return whole;
    });
}

/** The event with other facts. */
export const saying = (event: StoredEvent, facts: object): StoredEvent => ({
  ...event,
  body: { ...event.body, facts: { ...event.body.facts, ...facts } },
});

export const isOf = (event: StoredEvent, episodeId: string, type: string, kind?: string): boolean =>
  event.streamId === episodeStream(episodeId) &&
  event.type === type &&
  (kind === undefined || (event.body.facts['followUpId'] as string).startsWith(`${kind}:`));
