import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EventStoreError, memoryKeys, openMemoryStore, type EventStore } from '#event-store';
import { fixedClock, type FixedClock } from './clock.js';
import { createDoor, type Door } from './handle.js';
import { DoorUnavailable, KeyUnusable } from './port.js';
import { faultyStore, type FaultyStore } from './testing/faulty-store.js';
import { asked, tally, tallyCodec } from './testing/tally.js';

const STREAM = 'tally-1';
const definition = tally();
const retries = { pause: async () => undefined };

let keys: ReturnType<typeof memoryKeys>;
let memory: EventStore;
let store: FaultyStore;
let clock: FixedClock;
let door: Door;
let other: Door;

beforeEach(() => {
  keys = memoryKeys();
  memory = openMemoryStore();
  store = faultyStore(memory);
  clock = fixedClock('2026-03-02T15:00:00.000Z');
  const parts = { codec: tallyCodec(keys), clock, retries };
  door = createDoor({ ...parts, store });
  other = createDoor({ ...parts, store: memory });
});

const count = (by: number, given = {}) => asked({ type: 'Count', by }, given);
const types = async () => (await memory.readStream(STREAM)).map(({ type }) => type);

describe('a command', () => {
  it('appends its facts and what follows from them in one append', async () => {
    const outcome = await door.handle(definition, STREAM, count(12));
    expect(outcome).toMatchObject({
      kind: 'appended',
      firstRevision: 0,
      loaded: { revision: 1, organisation: 'clinic', state: { total: 12, tens: 1 } },
    });
    expect(await types()).toEqual(['Counted', 'TenPassed']);
    expect(store.attempts).toHaveLength(1);
  });

  it('says who, when, for whom and under which policy', async () => {
    await door.handle(
      definition,
      STREAM,
      count(1, { commandId: 'c', occurredAt: '2026-03-01T09:00:00-05:00', traceparent: '00-a-b-01' }),
    );
    const [event] = await memory.readStream(STREAM);
    expect(event).toMatchObject({
      commandId: 'c',
      actor: 'user:cm-1',
      actorRole: 'care-manager',
      organisation: 'clinic',
      site: 'main',
      pin: 'a-pin',
      traceparent: '00-a-b-01',
      occurredAt: '2026-03-01T14:00:00.000Z',
      recordedAt: '2026-03-02T15:00:00.000Z',
    });
    expect(event?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that asks for what is already so records nothing', async () => {
    expect(await door.handle(definition, STREAM, count(0))).toMatchObject({
      kind: 'unchanged',
      loaded: { revision: -1 },
    });
    expect(await types()).toEqual([]);
  });

  it('whose fact no event can hold is refused alone, with the field and no value; the others go on', async () => {
    const { results } = await door.handleAll(definition, STREAM, [count(1), count(0.123), count(2)]);
    expect(results).toMatchObject([
      { kind: 'appended', firstRevision: 0 },
      { kind: 'refused', refusal: { code: 'not-recordable', detail: 'Counted facts: by invalid_type' } },
      { kind: 'appended', firstRevision: 1 },
    ]);
    expect((await door.load(definition, STREAM)).state.total).toBe(3);
  });

  it('tells beforehand why it would be refused, and leaves neither an event nor a key', async () => {
    const few = createDoor({ store, codec: tallyCodec(keys), clock });
    const limited = tally(5);
    expect(await few.refusalOf(limited, STREAM, count(6))).toMatchObject({ code: 'too-much' });
    expect(await few.refusalOf(limited, STREAM, count(5, { occurredAt: '2026-03-03T15:00:00Z' }))).toMatchObject({
      code: 'occurred-in-future',
    });
    const keyed = jest.spyOn(keys, 'keyFor');
    expect(await few.refusalOf(limited, STREAM, count(5))).toBeNull();
    expect([keyed.mock.calls, await types()]).toEqual([[], []]);
  });

  it('that is refused records nothing', async () => {
    const outcome = await createDoor({ store, codec: tallyCodec(keys), clock }).handle(tally(5), STREAM, count(6));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
    expect(await types()).toEqual([]);
  });

  it('without facts of its own still lets follow what follows', async () => {
    await other.handle({ ...definition, decider: withoutConclusions() }, STREAM, count(10));
    expect(await types()).toEqual(['Counted']);
    expect(
      await door.handle(definition, STREAM, asked({ type: 'Derive' }, { actor: 'system:workflow' })),
    ).toMatchObject({ kind: 'appended' });
    expect(await types()).toEqual(['Counted', 'TenPassed']);
    expect(
      await door.handle(definition, STREAM, asked({ type: 'Derive' }, { actor: 'system:workflow' })),
    ).toMatchObject({ kind: 'unchanged' });
  });

  it('cannot have happened in the future, but clocks may differ by five minutes', async () => {
    const soon = await door.handle(definition, STREAM, count(1, { occurredAt: '2026-03-02T15:05:00.000Z' }));
    const later = await door.handle(definition, STREAM, count(1, { occurredAt: '2026-03-02T15:05:00.001Z' }));
    expect([soon.kind, later]).toMatchObject([
      'appended',
      { kind: 'refused', refusal: { code: 'occurred-in-future' } },
    ]);
  });

  it('is never recorded before what the stream has recorded, even when the clock was set back', async () => {
    await door.handle(definition, STREAM, count(1));
    clock.set('2026-03-02T14:00:00.000Z');
    const outcome = await door.handle(definition, STREAM, count(1));
    expect(outcome.loaded.lastRecordedAt).toBe('2026-03-02T15:00:00.000Z');
  });

  it('finds nothing in a stream of another organisation', async () => {
    await door.handle(definition, STREAM, count(1));
    const outcome = await door.handle(definition, STREAM, count(1, { organisation: 'elsewhere' }));
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not-found' },
      loaded: { revision: -1, organisation: null, state: { total: 0 } },
    });
    expect(await door.load(definition, STREAM, { organisation: 'elsewhere' })).toMatchObject({
      revision: -1,
      state: { total: 0 },
    });
  });

  it('tells a stream of another organisation from none by no answer', async () => {
    await door.handle(definition, STREAM, count(1));
    for (const given of [{ basedOn: 0 }, { basedOn: 7 }, { occurredAt: '2027-01-01T00:00:00Z' }])
      for (const by of [0, 1_000_001]) {
        const act = count(by, { organisation: 'elsewhere', ...given });
        const { loaded: _, ...theirs } = await door.handle(definition, STREAM, act);
        const { loaded: __, ...none } = await door.handle(definition, 'tally-2', act);
        expect(theirs).toEqual(none);
      }
    expect(await types()).toEqual(['Counted']);
  });
});

const withoutConclusions = () => {
  const { conclude: _, ...decider } = definition.decider;
  return decider;
};

describe('the same command again', () => {
  it('is answered with the state right after it, whatever came since', async () => {
    const first = count(12);
    await door.handle(definition, STREAM, first);
    await door.handle(definition, STREAM, count(30));
    expect(await door.handle(definition, STREAM, first)).toMatchObject({
      kind: 'repeated',
      firstRevision: 0,
      loaded: { revision: 1, state: { total: 12, tens: 1 } },
    });
    expect((await memory.readStream(STREAM)).filter(({ type }) => type === 'Counted')).toHaveLength(2);
  });

  it('under an id that belongs to another request is not handled', async () => {
    await door.handle(definition, STREAM, count(1, { commandId: 'c' }));
    expect((await door.handle(definition, STREAM, count(2, { commandId: 'c' }))).kind).toBe('id-reused');
    expect(
      (await door.handle(definition, STREAM, count(1, { commandId: 'c', occurredAt: '2026-03-01T00:00:00Z' }))).kind,
    ).toBe('id-reused');
    expect(await types()).toEqual(['Counted']);
  });

  it('is recognised by a process that was not there', async () => {
    const first = count(1);
    await other.handle(definition, STREAM, first);
    expect((await door.handle(definition, STREAM, first)).kind).toBe('repeated');
  });

  it('is answered before it is called stale', async () => {
    await door.handle(definition, STREAM, count(1));
    const based = count(1, { basedOn: 0 });
    await door.handle(definition, STREAM, based);
    await door.handle(definition, STREAM, count(1));
    expect((await door.handle(definition, STREAM, based)).kind).toBe('repeated');
  });
});

describe('a command that is based on a revision', () => {
  it('is stale when a person or an integration acted since', async () => {
    await door.handle(definition, STREAM, count(1));
    await door.handle(definition, STREAM, count(1, { actor: 'integration:lab' }));
    const outcome = await door.handle(definition, STREAM, count(1, { basedOn: 0 }));
    expect(outcome).toMatchObject({
      kind: 'stale',
      since: [{ revision: 1, actor: 'integration:lab' }],
      loaded: { revision: 1 },
    });
  });

  it('is decided over what the system did since', async () => {
    await door.handle(definition, STREAM, count(1));
    await door.handle(definition, STREAM, count(1, { actor: 'system:workflow' }));
    expect((await door.handle(definition, STREAM, count(1, { basedOn: 0 }))).kind).toBe('appended');
  });

  it('is stale when nobody can have seen that revision yet', async () => {
    await door.handle(definition, STREAM, count(1));
    expect(await door.handle(definition, STREAM, count(1, { basedOn: 7 }))).toMatchObject({ kind: 'stale', since: [] });
  });

  it('is not stale where there is nothing at all: the decider says so', async () => {
    const unknown = await door.handle(definition, STREAM, count(1_000_001, { basedOn: 0 }));
    expect(unknown).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
  });

  it('becomes stale when somebody is faster', async () => {
    await door.handle(definition, STREAM, count(1));
    store.next(async () => void (await other.handle(definition, STREAM, count(5))));
    expect(await door.handle(definition, STREAM, count(1, { basedOn: 0 }))).toMatchObject({
      kind: 'stale',
      since: [{ revision: 1 }],
    });
  });
});

describe('a stream that was handled before', () => {
  const reads = (): number => store.reads;

  beforeEach(async () => {
    await door.handle(definition, STREAM, count(3));
    store.reads = 0;
  });

  it('is decided upon as remembered: the append proves that it is still so', async () => {
    expect(await door.handle(definition, STREAM, count(4))).toMatchObject({ loaded: { state: { total: 7 } } });
    expect(reads()).toBe(0);
  });

  it('is read before anything is answered that no append proves', async () => {
    await other.handle(definition, STREAM, count(4, { commandId: 'elsewhere' }));
    expect(await door.handle(definition, STREAM, count(0))).toMatchObject({
      kind: 'unchanged',
      loaded: { state: { total: 7 } },
    });
    expect(await door.handle(definition, STREAM, count(4, { commandId: 'elsewhere' }))).toMatchObject({
      kind: 'repeated',
    });
    expect(reads()).toBeGreaterThan(0);
  });

  it('is read again when others went on meanwhile', async () => {
    await other.handle(definition, STREAM, count(4));
    expect(await door.handle(definition, STREAM, count(5))).toMatchObject({ loaded: { state: { total: 12 } } });
    expect(await types()).toEqual(['Counted', 'Counted', 'Counted', 'TenPassed']);
  });

  it('is read again when another log was put in its place', async () => {
    const restored = openMemoryStore();
    const there = createDoor({ store: restored, codec: tallyCodec(keys), clock, retries });
    await there.handle(definition, STREAM, count(8));
    store.replaceWith(restored);
    expect(await door.handle(definition, STREAM, count(4))).toMatchObject({ loaded: { state: { total: 12 } } });
  });
});

describe('when the store fails', () => {
  it.each(['unknown-before-commit', 'unknown-after-commit'] as const)(
    'an %s is answered by sending the same bytes',
    async (fault) => {
      store.next(fault, fault);
      expect((await door.handle(definition, STREAM, count(12))).kind).toBe('appended');
      expect(store.attempts).toHaveLength(3);
      expect(new Set(store.attempts.map((batch) => JSON.stringify(batch))).size).toBe(1);
      expect(await types()).toEqual(['Counted', 'TenPassed']);
    },
  );

  it('finds its own facts when somebody else followed before the answer was known', async () => {
    const mine = count(1);
    store.next(async (batch) => {
      await memory.append(batch);
      await other.handle(definition, STREAM, count(2));
      throw new EventStoreError('wrong-expected-revision', 'a store that does not recognise a repeated batch');
    });
    expect(await door.handle(definition, STREAM, mine)).toMatchObject({
      kind: 'appended',
      firstRevision: 0,
      events: [{ commandId: mine.commandId }],
      loaded: { state: { total: 3 } },
    });
    expect(await types()).toEqual(['Counted', 'Counted']);
  });

  it('a conflict is decided anew, under new ids, upon what the others did', async () => {
    store.next(async () => void (await other.handle(definition, STREAM, count(9))));
    expect(await door.handle(definition, STREAM, count(1))).toMatchObject({
      kind: 'appended',
      loaded: { state: { total: 10, tens: 1 } },
    });
    const ids = store.attempts.map(({ events: [{ id }] }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('a twin that was faster is found by the command id', async () => {
    const twin = count(1);
    store.next(async () => void (await other.handle(definition, STREAM, twin)));
    expect((await door.handle(definition, STREAM, twin)).kind).toBe('repeated');
    expect(await types()).toEqual(['Counted']);
  });

  it('goes on when it comes back', async () => {
    store.next('unavailable', 'unavailable');
    expect((await door.handle(definition, STREAM, count(1))).kind).toBe('appended');
  });

  it('gives up and says that nothing was recorded', async () => {
    store.always('unavailable');
    await expect(door.handle(definition, STREAM, count(1))).rejects.toMatchObject({
      name: 'DoorUnavailable',
      outcome: 'nothing-recorded',
    });
    expect(store.attempts).toHaveLength(4);
  });

  it('gives up and says that the outcome is unknown; the same command then tells', async () => {
    const mine = count(1);
    store.always('unknown-after-commit');
    const failure = await door.handle(definition, STREAM, mine).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DoorUnavailable);
    expect(failure).toMatchObject({
      outcome: 'outcome-unknown',
      message: expect.stringContaining('same Idempotency-Key'),
    });
    expect(store.attempts).toHaveLength(5);
    store.always(null);
    expect((await door.handle(definition, STREAM, mine)).kind).toBe('repeated');
    expect(await types()).toEqual(['Counted']);
  });

  it('gives up when others never stop', async () => {
    store.always(async () => void (await other.handle(definition, STREAM, count(1))));
    await expect(door.handle(definition, STREAM, count(1))).rejects.toMatchObject({
      name: 'DoorUnavailable',
      outcome: 'nothing-recorded',
    });
    expect(store.attempts).toHaveLength(8);
  });

  it('reads fail as unavailable', async () => {
    store.readsFail(new EventStoreError('unavailable', 'away'));
    await expect(door.load(definition, STREAM)).rejects.toBeInstanceOf(DoorUnavailable);
  });
});

describe('keys', () => {
  const destroyed = () => Object.assign(new Error('gone'), { name: 'KeyDestroyed' });

  it('that are destroyed leave plain facts possible and sealed ones refused', async () => {
    const mine = count(1);
    await door.handle(definition, STREAM, mine);
    keys.erase(`patient:${STREAM}`);
    const keyFor = keys.keyFor;
    keys.keyFor = (subject) => {
      try {
        return keyFor(subject);
      } catch {
        throw destroyed();
      }
    };
    door.forget();
    expect(await door.handle(definition, STREAM, count(2))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'patient-erased' },
      loaded: { state: { whys: ['unreadable'] } },
    });
    expect(await door.handle(definition, STREAM, asked({ type: 'Mark' }))).toMatchObject({ kind: 'appended' });
    expect(await door.handle(definition, STREAM, mine)).toMatchObject({ kind: 'repeated' });
  });

  const inTrouble = (name: string) => () => {
    throw Object.assign(new Error('trouble'), { name });
  };

  it.each(['KeyDamaged', 'WrongMasterKey', 'KeyStoreAway'])('make the record unavailable: %s', async (name) => {
    keys.keyFor = inTrouble(name);
    const failure = await door.handle(definition, STREAM, count(1)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DoorUnavailable', outcome: 'nothing-recorded' });
    // Only a key that could not be stored just now may be there at the next try.
    expect(failure instanceof KeyUnusable).toBe(name !== 'KeyStoreAway');
  });

  it('that are damaged leave what needs no seal possible, once, also when they are whole again', async () => {
    const whole = keys.keyFor;
    const before = count(1);
    await door.handle(definition, STREAM, before);
    keys.keyFor = inTrouble('KeyDamaged');
    const mark = asked({ type: 'Mark' });
    expect(await door.handle(definition, STREAM, mark)).toMatchObject({ kind: 'appended' });
    for (const again of [before, mark])
      expect(await door.handle(definition, STREAM, again)).toMatchObject({ kind: 'repeated' });
    keys.keyFor = whole;
    expect(await door.handle(definition, STREAM, mark)).toMatchObject({ kind: 'repeated' });
    expect(await door.handle(definition, STREAM, { ...before, command: { type: 'Mark' } })).toMatchObject({
      kind: 'id-reused',
    });
    expect(await types()).toEqual(['Counted', 'Marked']);
  });
});

describe('loading', () => {
  beforeEach(async () => {
    for (const day of [1, 2, 3]) {
      clock.set(`2026-04-0${day}T12:00:00.000Z`);
      await door.handle(definition, STREAM, count(day));
    }
  });

  it('answers the state after a revision', async () => {
    expect(await door.load(definition, STREAM, { atRevision: 1 })).toMatchObject({ revision: 1, state: { total: 3 } });
  });

  it('answers what was known at an instant', async () => {
    expect(await door.load(definition, STREAM, { asRecorded: '2026-04-02T08:00:00-05:00' })).toMatchObject({
      revision: 1,
      state: { total: 3 },
    });
    expect(await door.load(definition, STREAM, { asRecorded: '2026-03-31T00:00:00Z' })).toMatchObject({
      revision: -1,
      state: { total: 0 },
    });
  });

  it('takes in what others appended since', async () => {
    await other.handle(definition, STREAM, count(4));
    expect(await door.load(definition, STREAM)).toMatchObject({ revision: 4, state: { total: 10, tens: 1 } });
  });

  it('pages through long streams', async () => {
    const envelopes = Array.from({ length: 1_250 }, () => asked({ type: 'Mark' }));
    await other.handleAll(definition, 'tally-long', envelopes);
    expect(await door.load(definition, 'tally-long')).toMatchObject({ revision: 1_249, state: { marks: 1_250 } });
    await other.handle(definition, 'tally-long', asked({ type: 'Mark' }));
    expect(await door.load(definition, 'tally-long')).toMatchObject({ revision: 1_250, state: { marks: 1_251 } });
  });

  it('notices a record that was tampered with', async () => {
    const tampered: EventStore = {
      ...memory,
      readStream: async (...asking) =>
        (await memory.readStream(...asking)).map((event) =>
          event.revision === 1 ? { ...event, body: { ...event.body, facts: { by: 99 } } } : event,
        ),
    };
    const reading = createDoor({ store: tampered, codec: tallyCodec(keys), clock });
    await expect(reading.load(definition, STREAM)).rejects.toMatchObject({ name: 'EventStoreError', code: 'tampered' });
  });

  it('notices that the log was restored under it', async () => {
    let log = memory;
    const switching: EventStore = {
      ...memory,
      append: (batch) => log.append(batch),
      readStream: (...asking) => log.readStream(...asking),
    };
    const reading = createDoor({ store: switching, codec: tallyCodec(keys), clock });
    await reading.load(definition, STREAM);
    log = openMemoryStore();
    const restored = createDoor({ store: log, codec: tallyCodec(keys), clock });
    await restored.handleAll(definition, STREAM, [count(1), count(1), count(1), count(1)]);
    expect(await reading.load(definition, STREAM)).toMatchObject({ revision: 3, state: { total: 4 } });
    expect(await reading.handle(definition, STREAM, count(1))).toMatchObject({
      kind: 'appended',
      loaded: { state: { total: 5 } },
    });
  });
});

describe('a batch', () => {
  it('is one append; each act keeps its own id and time, and what follows is concluded once, now', async () => {
    const acts = [
      count(6, { commandId: 'a', occurredAt: '2026-01-05T10:00:00Z' }),
      count(6, { commandId: 'b', occurredAt: '2026-01-06T10:00:00Z' }),
    ];
    const outcome = await door.handleAll(definition, STREAM, acts);
    expect(outcome.results).toEqual([
      { kind: 'appended', firstRevision: 0, lastRevision: 0 },
      { kind: 'appended', firstRevision: 1, lastRevision: 2 },
    ]);
    expect(store.attempts).toHaveLength(1);
    expect(
      (await memory.readStream(STREAM)).map(({ type, commandId, occurredAt }) => [type, commandId, occurredAt]),
    ).toEqual([
      ['Counted', 'a', '2026-01-05T10:00:00.000Z'],
      ['Counted', 'b', '2026-01-06T10:00:00.000Z'],
      ['TenPassed', 'b', '2026-03-02T15:00:00.000Z'],
    ]);
  });

  it('leaves out what is refused and goes on', async () => {
    const outcome = await createDoor({ store, codec: tallyCodec(keys), clock }).handleAll(tally(10), STREAM, [
      count(6),
      count(6),
      count(3),
      count(0),
      count(1, { occurredAt: '2027-01-01T00:00:00Z' }),
    ]);
    expect(outcome.results).toMatchObject([
      { kind: 'appended' },
      { kind: 'refused', refusal: { code: 'too-much' } },
      { kind: 'appended' },
      { kind: 'unchanged' },
      { kind: 'refused', refusal: { code: 'occurred-in-future' } },
    ]);
    expect(outcome.loaded.state.total).toBe(9);
  });

  it('sent again adds only what is new and tells what was changed', async () => {
    await door.handleAll(definition, STREAM, [count(1, { commandId: 'a' }), count(2, { commandId: 'b' })]);
    const again = await door.handleAll(definition, STREAM, [
      count(1, { commandId: 'a' }),
      count(9, { commandId: 'b' }),
      count(3, { commandId: 'c' }),
      count(3, { commandId: 'c' }),
      count(4, { commandId: 'c' }),
    ]);
    expect(again.results.map(({ kind }) => kind)).toEqual(['repeated', 'changed', 'appended', 'repeated', 'changed']);
    expect(again.loaded.state.total).toBe(6);
  });

  it('survives unknown outcomes and conflicts as a whole', async () => {
    store.next('unknown-after-commit', async () => void (await other.handle(definition, STREAM, count(1))));
    const outcome = await door.handleAll(definition, STREAM, [count(2), count(3)]);
    expect(outcome.results.map(({ kind }) => kind)).toEqual(['appended', 'appended']);
    expect(outcome.events).toHaveLength(2);
    expect((await other.load(definition, STREAM)).state.total).toBe(6);
  });

  it('of nothing does nothing', async () => {
    expect(await door.handleAll(definition, STREAM, [])).toMatchObject({
      results: [],
      events: [],
      loaded: { revision: -1 },
    });
  });
});

describe('races', () => {
  it('let every one of many commands through exactly once', async () => {
    const acts = Array.from({ length: 24 }, () => count(1));
    const outcomes = await Promise.all(acts.map((act) => door.handle(definition, STREAM, act)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['appended']));
    expect((await door.load(definition, STREAM)).state).toMatchObject({ total: 24, tens: 2 });
  });

  it('give any number of duplicates exactly one effect, whatever fails on the way', async () => {
    const fault = fc.constantFrom(
      'unavailable' as const,
      'unknown-before-commit' as const,
      'unknown-after-commit' as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fault, { maxLength: 8 }),
        async (duplicates, processes, faults) => {
          const inner = openMemoryStore();
          const failing = faultyStore(inner);
          failing.next(...faults);
          const doors = Array.from({ length: processes }, () =>
            createDoor({ store: failing, codec: tallyCodec(keys), clock, retries }),
          );
          const envelope = count(7);
          const outcomes = await Promise.allSettled(
            doors.flatMap((one) => Array.from({ length: duplicates }, () => one.handle(definition, STREAM, envelope))),
          );
          const kinds = outcomes.map((outcome) =>
            outcome.status === 'fulfilled' ? outcome.value.kind : (outcome.reason as Error).name,
          );
          expect(kinds.filter((kind) => !['appended', 'repeated', 'DoorUnavailable'].includes(kind))).toEqual([]);
          expect(kinds.filter((kind) => kind === 'appended').length).toBeLessThanOrEqual(1);
          const retried = await createDoor({ store: inner, codec: tallyCodec(keys), clock }).handle(
            definition,
            STREAM,
            envelope,
          );
          expect(['appended', 'repeated']).toContain(retried.kind);
          expect((await inner.readStream(STREAM)).map(({ type }) => type)).toEqual(['Counted']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never lose or double different commands of several processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), async (amounts) => {
        const inner = openMemoryStore();
        const doors = [0, 1, 2].map(() =>
          createDoor({ store: inner, codec: tallyCodec(keys), clock, retries: { ...retries, conflicts: 100 } }),
        );
        await Promise.all(amounts.map((by, i) => doors[i % 3]!.handle(definition, STREAM, count(by))));
        const total = amounts.reduce((sum, by) => sum + by, 0);
        expect((await doors[0]!.load(definition, STREAM)).state).toMatchObject({ total, tens: Math.floor(total / 10) });
      }),
      { numRuns: 50 },
    );
  });
});
