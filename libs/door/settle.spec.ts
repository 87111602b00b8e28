import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventType } from '#care';
import {
  createCodec,
  EventStoreError,
  memoryKeys,
  openMemoryStore,
  type EventStore,
  type KeyRing,
  type StoredEvent,
} from '#event-store';
import { episodeIdOf, episodeStream } from './episodes.js';
import { faultyStore, type FaultyStore } from './testing/faulty-store.js';
import { by, openClinic, openDoors, PATIENT, referral } from './testing/clinic.js';

const EPISODE = episodeIdOf('clinic', PATIENT, 1);
const STREAM = episodeStream(EPISODE);

let store: FaultyStore;
let clinic: Awaited<ReturnType<typeof openClinic>>;

/** Monday 2 March 2026, 10:00 in New York: the first outreach is owed on Tuesday. */
beforeEach(async () => {
  store = faultyStore(openMemoryStore());
  clinic = await openClinic({ store });
  await clinic.episodes.refer(by(referral));
});

const TUESDAY_MORNING = '2026-03-03T13:00:00.000Z';
const raises = async () => (await store.readStream(STREAM)).filter(({ type }) => type === 'FollowUpRaised');
const stepsOf = (events: readonly StoredEvent[]) =>
  events.map(({ body: { facts } }) => `${facts['followUpId']}/${facts['step']}`);
/** The instant of the next step, which only the ledger knows. */
const nextStep = async () => (await clinic.episodes.settle(EPISODE, 'system:watchdog')).next!;

/** Appends one event of a type that this build does not know, as a newer one might have. */
async function appendUnknown(): Promise<void> {
  const Newer = eventType({ type: 'SomethingNewer', meaning: 'Unknown here.', facts: z.strictObject({}) });
  const last = (await store.readStream(STREAM)).at(-1)!;
  const { streamId, revision, hash, recordedAt, organisation, site, pin } = last;
  await store.append(
    createCodec({ types: [Newer], keys: memoryKeys(), unreadable: null }).freeze({
      ...{
        streamId,
        expected: revision,
        lastHash: hash,
        lastRecordedAt: recordedAt,
        organisation,
        site,
        pin,
        recordedAt,
        subject: null,
      },
      actor: 'user:cm-1',
      actorRole: 'care-manager',
      newId: () => crypto.randomUUID(),
      events: [
        {
          type: 'SomethingNewer',
          facts: {},
          sealed: null,
          occurredAt: recordedAt,
          commandId: 'newer',
          fingerprint: '',
        },
      ],
    }),
  );
}

describe('settle', () => {
  it('raises nothing before its time and says what is next', async () => {
    const settled = await clinic.episodes.settle(EPISODE, 'system:workflow');
    expect(settled).toMatchObject({
      exists: true,
      phase: 'referred',
      closed: false,
      raised: [],
      derived: 0,
      derivation: 'done',
      next: { kind: 'first-outreach' },
    });
    clinic.clock.set(new Date(Date.parse(settled.next!.at) - 1));
    expect((await clinic.episodes.settle(EPISODE, 'system:workflow')).raised).toEqual([]);
  });

  it('raises a step at its time, once, whoever wakes and however often', async () => {
    const { at, followUpId } = await nextStep();
    clinic.clock.set(at);
    const others = [clinic, openDoors(clinic), openDoors(clinic)];
    const settled = await Promise.all(
      others.flatMap(({ episodes }) => [
        episodes.settle(EPISODE, 'system:workflow'),
        episodes.settle(EPISODE, 'system:watchdog'),
      ]),
    );
    const mine = stepsOf(await raises()).filter((step) => step.startsWith(followUpId));
    expect(mine).toHaveLength(1);
    expect(settled.flatMap(({ raised }) => raised).filter((step) => step.followUpId === followUpId)).toMatchObject([
      { kind: 'first-outreach', at },
    ]);
    expect((await raises())[0]).toMatchObject({
      actorRole: 'system',
      fingerprint: '',
      organisation: 'clinic',
      site: 'main',
      body: { sealed: null },
    });
  });

  it('after an outage raises one collapsed step per follow-up', async () => {
    clinic.clock.set('2026-04-20T12:00:00.000Z');
    const { raised } = await clinic.episodes.settle(EPISODE, 'system:watchdog');
    const facts = (await raises()).map(({ body }) => body.facts as { followUpId: string; standsFor?: number[] });
    expect(new Set(facts.map(({ followUpId }) => followUpId)).size).toBe(facts.length);
    expect(facts.some(({ standsFor }) => (standsFor?.length ?? 0) > 0)).toBe(true);
    expect(raised).toHaveLength(facts.length);
    expect((await clinic.episodes.settle(EPISODE, 'system:watchdog')).raised).toEqual([]);
  });

  it('reads its stream once to raise and once to derive', async () => {
    clinic.clock.set((await nextStep()).at);
    store.reads = 0;
    const { raised, next } = await clinic.episodes.settle(EPISODE, 'system:workflow');
    expect([raised.length, next !== undefined, store.reads]).toEqual([1, true, 2]);
  });

  it('says what is there when somebody was quicker than the derivation', async () => {
    const others = openDoors(clinic);
    store.readsWait(2, () => others.episodes.handle(EPISODE, by({ type: 'RaiseSafetyConcern' } as const)));
    expect((await clinic.episodes.settle(EPISODE, 'system:workflow')).next?.kind).toBe('safety-review');
  });

  it('says how late: after the step, or after its opening where that came later', async () => {
    const { at } = await nextStep();
    clinic.clock.set(new Date(Date.parse(at) + 90_000));
    expect((await clinic.episodes.settle(EPISODE, 'system:workflow')).raised).toMatchObject([{ at, lateMs: 90_000 }]);
    const entered = clinic.clock.now().getTime();
    await clinic.episodes.handle(
      EPISODE,
      by({ type: 'PlanTask', dueOn: '2026-03-03', text: 'A synthetic task.' } as const),
    );
    clinic.clock.set(new Date(entered + 1_000));
    const { raised } = await clinic.episodes.settle(EPISODE, 'system:watchdog');
    expect(raised).toMatchObject([{ kind: 'planned-task', lateMs: 1_000 }]);
    expect(Date.parse(raised[0]!.at)).toBeLessThan(entered);
  });

  it('raises safety first', async () => {
    await clinic.episodes.handle(EPISODE, by({ type: 'RaiseSafetyConcern' } as const));
    clinic.clock.set('2026-03-20T12:00:00.000Z');
    const { raised } = await clinic.episodes.settle(EPISODE, 'system:watchdog');
    expect(raised[0]?.kind).toBe('safety-review');
    expect(raised.length).toBeGreaterThan(1);
  });

  it('of a stream that is not there finds nothing to do', async () => {
    expect(await clinic.episodes.settle(episodeIdOf('clinic', PATIENT, 9), 'system:workflow')).toEqual({
      revision: -1,
      exists: false,
      phase: 'unknown',
      closed: false,
      raised: [],
      derived: 0,
      derivation: 'done',
    });
  });

  it('of a closed referral finds it closed', async () => {
    await clinic.episodes.handle(
      EPISODE,
      by({ type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const),
    );
    const settled = await clinic.episodes.settle(EPISODE, 'system:workflow');
    expect(settled).toMatchObject({ phase: 'ended', closed: true });
    expect(settled.next).toBeUndefined();
  });
});

describe('nothing silences a patient:', () => {
  const lost: KeyRing = {
    keyFor: () => {
      throw Object.assign(new Error('lost'), { name: 'KeyDestroyed' });
    },
    open: () => null,
  };

  it('a key ring that has lost every key', async () => {
    const { at } = await nextStep();
    clinic.clock.set(at);
    const settled = await openDoors({ ...clinic, keys: lost }).episodes.settle(EPISODE, 'system:watchdog');
    expect(settled.raised).toMatchObject([{ kind: 'first-outreach' }]);
    expect(settled.phase).toBe('referred');
  });

  it('a key ring that cannot even be asked', async () => {
    const broken: KeyRing = { keyFor: lost.keyFor, open: lost.keyFor as never };
    clinic.clock.set(TUESDAY_MORNING);
    const doors = openDoors({ ...clinic, keys: broken });
    const settled = await doors.episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({
      raised: [{ kind: 'first-outreach' }],
      derivation: 'refused',
      phase: 'unknown',
      closed: false,
    });
    expect(settled.next).toBeDefined();
    expect(doors.refusals).toHaveLength(1);
  });

  it('an event of a type that this build does not know', async () => {
    await appendUnknown();
    clinic.clock.set(TUESDAY_MORNING);
    const settled = await clinic.episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({ raised: [{ kind: 'first-outreach' }], derivation: 'refused', phase: 'unknown' });
    expect(clinic.refusals).toEqual(['UnreadableEvent']);
    await expect(clinic.episodes.load(EPISODE)).rejects.toMatchObject({
      name: 'UnreadableEvent',
      code: 'unknown-type',
    });
  });

  const readAs = (change: (event: StoredEvent) => unknown): EventStore => ({
    ...store,
    readStream: async (...asking) =>
      (await store.readStream(...asking)).map((event) =>
        event.streamId === STREAM ? (change(event) as StoredEvent) : event,
      ),
  });

  it('a damaged follow-up beside the others', async () => {
    await clinic.episodes.handle(EPISODE, by({ type: 'RaiseSafetyConcern' } as const));
    const damaged = readAs((event) =>
      event.body.facts['kind'] === 'safety-review'
        ? { ...event, body: { facts: { followUpId: 'safety-review:5:1', kind: 'safety-review' }, sealed: null } }
        : event,
    );
    clinic.clock.set(TUESDAY_MORNING);
    const settled = await openDoors({ ...clinic, store: damaged }).episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({ raised: [{ kind: 'first-outreach' }], derivation: 'refused' });
  });

  it('a follow-up whose raise cannot be written down, beside the others', async () => {
    await clinic.episodes.handle(EPISODE, by({ type: 'RaiseSafetyConcern' } as const));
    const damaged = readAs((event) =>
      event.body.facts['kind'] === 'safety-review'
        ? { ...event, body: { ...event.body, facts: { ...event.body.facts, followUpId: 'of another form' } } }
        : event,
    );
    clinic.clock.set(TUESDAY_MORNING);
    const settled = await openDoors({ ...clinic, store: damaged }).episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({ raised: [{ kind: 'first-outreach' }], derivation: 'refused' });
    // Else whoever sleeps until then would look ever more rarely.
    expect(settled.next?.kind).toBe('first-outreach');
  });

  it('a damaged raise, after which its step is raised once more', async () => {
    clinic.clock.set(TUESDAY_MORNING);
    await clinic.episodes.settle(EPISODE, 'system:watchdog');
    const damaged = readAs((event) =>
      event.type === 'FollowUpRaised'
        ? { ...event, body: { ...event.body, facts: { followUpId: event.body.facts['followUpId'] } } }
        : event,
    );
    const settled = await openDoors({ ...clinic, store: damaged }).episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({ raised: [{ kind: 'first-outreach', step: 1 }], derivation: 'refused' });
  });

  it.each([
    [
      'a damaged act',
      (event: StoredEvent) => (event.revision === 0 ? { ...event, body: { facts: {}, sealed: null } } : event),
    ],
    [
      'a follow-up of a newer schema',
      (event: StoredEvent) =>
        event.type === 'FollowUpOpened'
          ? { ...event, schemaVersion: 9, body: { ...event.body, facts: { ...event.body.facts, novelty: true } } }
          : event,
    ],
    [
      'a follow-up of a newer schema that tells somebody whom this build does not know',
      (event: StoredEvent) => {
        const steps = event.body.facts['ladder'] as readonly object[] | undefined;
        const ladder = steps?.map((step) => ({ ...step, notify: ['somebody-new'] }));
        return ladder
          ? { ...event, schemaVersion: 9, body: { ...event.body, facts: { ...event.body.facts, ladder } } }
          : event;
      },
    ],
  ])('%s', async (_what, change) => {
    clinic.clock.set(TUESDAY_MORNING);
    const settled = await openDoors({ ...clinic, store: readAs(change) }).episodes.settle(EPISODE, 'system:watchdog');
    expect(settled).toMatchObject({ raised: [{ kind: 'first-outreach' }], derivation: 'refused' });
    expect(stepsOf(await raises())).toHaveLength(1);
  });

  it('and a record from a clock that ran ahead raises nobody early', async () => {
    clinic.clock.set('2026-03-03T20:00:00.000Z');
    await clinic.episodes.handle(
      EPISODE,
      by({ type: 'AddNote', text: 'entered by a machine whose clock was ahead' } as const),
    );
    clinic.clock.set('2026-03-02T16:00:00.000Z');
    expect((await clinic.episodes.settle(EPISODE, 'system:watchdog')).raised).toEqual([]);
  });

  it('and what is recorded after such a clock was set right is raised at once, not when its time comes again', async () => {
    clinic.clock.set('2026-04-01T20:00:00.000Z');
    await clinic.episodes.handle(EPISODE, by({ type: 'AddNote', text: 'a month ahead' } as const));
    clinic.clock.set('2026-03-02T16:00:00.000Z');
    await clinic.episodes.handle(EPISODE, by({ type: 'RaiseSafetyConcern' } as const));
    const settled = await clinic.episodes.settle(EPISODE, 'system:watchdog');
    expect(settled.raised).toMatchObject([{ kind: 'safety-review', step: 1, lateMs: 0 }]);
    expect((await clinic.episodes.settle(EPISODE, 'system:watchdog')).raised).toEqual([]);
  });

  it.each(['unknown-before-commit', 'unknown-after-commit', 'unavailable'] as const)(
    'an append that fails as %s',
    async (fault) => {
      clinic.clock.set(TUESDAY_MORNING);
      store.next(fault, fault);
      expect((await clinic.episodes.settle(EPISODE, 'system:watchdog')).raised).toHaveLength(1);
      expect(await raises()).toHaveLength(1);
    },
  );

  it('somebody who is faster with another act', async () => {
    clinic.clock.set(TUESDAY_MORNING);
    store.next(
      async () =>
        void (await openDoors({ ...clinic, store: clinic.store }).episodes.handle(
          EPISODE,
          by({ type: 'AddNote', text: 'in between' } as const),
        )),
    );
    expect((await clinic.episodes.settle(EPISODE, 'system:watchdog')).raised).toHaveLength(1);
  });

  it('and a store that goes away before the derivation is said to be absent, not the derivation refused', async () => {
    clinic.clock.set(TUESDAY_MORNING);
    store.readsWait(2, async () => store.readsFail(new EventStoreError('unavailable', 'away')));
    await expect(clinic.episodes.settle(EPISODE, 'system:watchdog')).rejects.toMatchObject({ name: 'DoorUnavailable' });
    store.readsFail(null);
    expect(await raises()).toHaveLength(1);
    expect(await clinic.episodes.settle(EPISODE, 'system:watchdog')).toMatchObject({ raised: [], derivation: 'done' });
    expect(clinic.refusals).toEqual([]);
  });

  it('and an absent store is said to be absent', async () => {
    store.readsFail(new EventStoreError('unavailable', 'away'));
    await expect(clinic.episodes.settle(EPISODE, 'system:watchdog')).rejects.toMatchObject({ name: 'DoorUnavailable' });
  });
});
