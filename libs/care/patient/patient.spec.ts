import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNREADABLE, type Actor } from '../event-type.js';
import type { PatientCommand } from './commands.js';
import { PATIENT_EVENT_TYPES, type PatientEvent, type RecordedPatientEvent } from './events.js';
import {
  ageOn,
  isRestricted,
  PATIENT_COMMANDS,
  patientDecider,
  type PatientContext,
  type PatientState,
} from './index.js';

const OTHER = '0190a6b2-0000-7000-8000-000000000002';
const NOW = '2026-11-23T15:00:00.000Z';
const circumstances = {
  commandId: 'c',
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  organisation: 'org',
  occurredAt: NOW,
  now: NOW,
} as const;

const recorded = (event: PatientEvent, revision: number): RecordedPatientEvent => ({
  ...event,
  revision,
  occurredAt: NOW,
  recordedAt: NOW,
  actor: 'user:cm-1',
  actorRole: 'care-manager',
  commandId: 'c',
});
const after = (...events: PatientEvent[]): PatientState =>
  events.map(recorded).reduce(patientDecider.evolve, patientDecider.initial);
const evolve = (state: PatientState, event: PatientEvent): PatientState =>
  patientDecider.evolve(state, recorded(event, 1));
const decide = (
  state: PatientState,
  command: PatientCommand,
  duplicate: PatientContext['duplicate'] = { isItself: false, leadsThis: false },
) => patientDecider.decide(state, command, circumstances, { duplicate, isOwed: false });
const decideBy = (actor: Actor, state: PatientState, command: PatientCommand, isOwed = false) =>
  patientDecider.decide(state, command, { ...circumstances, actor }, { duplicate: null, isOwed });
const refusal = (code: string) => ({ refusal: expect.objectContaining({ code }) });

const registered: PatientEvent = {
  type: 'PatientRegistered',
  facts: {},
  sealed: { name: 'Ana Ruiz', phone: '555-0100', language: 'es' },
};
const died: PatientEvent = { type: 'PatientDied', facts: { source: 'family' }, sealed: {} };
const merged: PatientEvent = { type: 'PatientsMerged', facts: { duplicate: OTHER }, sealed: {} };
const erased: PatientEvent = {
  type: 'PatientDataErased',
  facts: { keyId: 'k', reasonCode: 'court-order', approvedBy: 'user:sup-1' },
  sealed: null,
};

describe('a patient', () => {
  it('is registered once, with everything personal sealed', () => {
    expect(
      decide(after(), { type: 'RegisterPatient', name: 'Ana Ruiz', zone: 'America/New_York', test: true }),
    ).toEqual({
      events: [
        { type: 'PatientRegistered', facts: { test: true }, sealed: { name: 'Ana Ruiz', zone: 'America/New_York' } },
      ],
    });
    expect(decide(after(registered), { type: 'RegisterPatient', name: 'Ana Ruiz' })).toEqual(refusal('patient-exists'));
    expect(decide(after(), { type: 'RegisterPatient', name: 'Ana Ruiz', zone: 'New York' })).toEqual(
      refusal('invalid-zone'),
    );
  });

  it('is unknown before that', () => {
    expect(decide(after(), { type: 'RecordDeath', source: 'family' })).toEqual(refusal('unknown-patient'));
  });

  it('has the details that were corrected, and the others as they were', () => {
    const command: PatientCommand = { type: 'CorrectPatientDetails', reasonCode: 'changed', phone: '555-0199' };
    const decision = decide(after(registered), command);
    expect(decision).toEqual({
      events: [{ type: 'PatientDetailsCorrected', facts: { reasonCode: 'changed' }, sealed: { phone: '555-0199' } }],
    });
    const state = after(registered, ...('events' in decision ? decision.events : []));
    expect(state.details).toEqual({ name: 'Ana Ruiz', phone: '555-0199', language: 'es' });
    expect(decide(state, command)).toEqual({ events: [] });
  });

  it('is merged with a duplicate and parted from it', () => {
    const merge: PatientCommand = { type: 'MergePatients', duplicate: OTHER };
    const unmerge: PatientCommand = { type: 'UnmergePatients', duplicate: OTHER, note: 'two persons' };
    expect(decide(after(registered), merge)).toEqual({ events: [merged] });
    expect(decide(after(registered, merged), merge)).toEqual({ events: [] });
    expect(decide(after(registered, merged), unmerge)).toEqual({
      events: [{ type: 'PatientsUnmerged', facts: { duplicate: OTHER }, sealed: { note: 'two persons' } }],
    });
    expect(decide(after(registered), unmerge)).toEqual(refusal('not-merged'));
  });
});

describe('two records of one person', () => {
  const merge: PatientCommand = { type: 'MergePatients', duplicate: OTHER };

  it('are merged only if the other is known, is another, and does not lead this one', () => {
    expect(decide(after(registered), merge)).toEqual({ events: [merged] });
    expect(decide(after(registered), merge, null)).toEqual(refusal('unknown-duplicate'));
    expect(decide(after(registered), merge, { isItself: true, leadsThis: false })).toEqual(refusal('same-record'));
    expect(decide(after(registered), merge, { isItself: false, leadsThis: true })).toEqual(
      refusal('merged-the-other-way'),
    );
    expect(decide(after(registered, merged), merge, null)).toEqual({ events: [] });
  });
});

describe('labels', () => {
  it('are set as a whole, and a record registered as a test bears that one', () => {
    const test = after({ ...registered, facts: { test: true } });
    expect(decide(test, { type: 'LabelPatient', labels: ['test'] })).toEqual({ events: [] });
    const labelled: PatientEvent = { type: 'PatientLabelled', facts: { labels: ['staff', 'vip'] }, sealed: {} };
    expect(decide(test, { type: 'LabelPatient', labels: ['vip', 'staff', 'vip'] })).toEqual({ events: [labelled] });
    const state = evolve(test, labelled);
    expect([[...state.labels], isRestricted(state), isRestricted(test)]).toEqual([['staff', 'vip'], true, false]);
  });
});

describe('an age', () => {
  it('is that of the day: the birthday counts, the day before does not, and 29 February is followed by 1 March', () => {
    expect([ageOn('2009-04-15', '2027-04-14'), ageOn('2009-04-15', '2027-04-15')]).toEqual([17, 18]);
    expect([ageOn('2012-02-29', '2029-02-28'), ageOn('2012-02-29', '2029-03-01')]).toEqual([16, 17]);
  });
});

describe('a death', () => {
  it('is recorded once; a second report that says nothing new changes nothing', () => {
    expect(decide(after(registered), { type: 'RecordDeath', source: 'family' })).toEqual({ events: [died] });
    expect(decide(after(registered, died), { type: 'RecordDeath', source: 'registry' })).toEqual({ events: [] });
  });

  it('may get its date later and is still retracted as what ended the episodes', () => {
    const dated: PatientEvent = {
      type: 'PatientDied',
      facts: { source: 'registry', diedOn: '2026-11-20' },
      sealed: {},
    };
    expect(decide(after(registered, died), { type: 'RecordDeath', source: 'registry', diedOn: '2026-11-20' })).toEqual({
      events: [dated],
    });
    expect(after(registered, died, dated).death).toEqual({ revision: 1, diedOn: '2026-11-20' });
    const retracted: PatientEvent = { type: 'PatientDeathRetracted', facts: { retracts: 1 }, sealed: {} };
    expect(decide(after(registered, died, dated), { type: 'RetractDeath' })).toEqual({ events: [retracted] });
    expect(after(registered, died, dated, retracted).death).toBeNull();
  });

  it('does not lie in the future and is not retracted when none was recorded', () => {
    const tomorrow: PatientCommand = { type: 'RecordDeath', source: 'family', diedOn: '2026-11-25' };
    expect(decide(after(registered), tomorrow)).toEqual(refusal('occurred-in-future'));
    expect(decide(after(registered), { type: 'RetractDeath' })).toEqual(refusal('no-death-recorded'));
  });
});

describe('erasure', () => {
  const ask: PatientCommand = { type: 'RequestErasure', reasonCode: 'court-order' };
  const requested: PatientEvent = { type: 'ErasureRequested', facts: { reasonCode: 'court-order' }, sealed: null };
  const approve = (request: number): PatientCommand => ({ type: 'ApproveErasure', request, keyId: 'k' });
  const withdraw = (request: number): PatientCommand => ({ type: 'WithdrawErasureRequest', request });
  const withdrawn: PatientEvent = { type: 'ErasureRequestWithdrawn', facts: { request: 1 }, sealed: null };

  it('is asked for once, and erases nothing by itself', () => {
    expect(decide(after(registered), ask)).toEqual({ events: [requested] });
    const waiting = after(registered, requested);
    expect(decide(waiting, ask)).toEqual({ events: [] });
    expect(waiting).toMatchObject({
      erased: false,
      details: { name: 'Ana Ruiz' },
      erasureRequest: { revision: 1, reasonCode: 'court-order', by: 'user:cm-1' },
    });
  });

  it('needs another person than the one who asked', () => {
    const waiting = after(registered, requested);
    expect(decideBy('user:cm-1', waiting, approve(1))).toEqual(refusal('second-person-needed'));
    expect(decideBy('user:sup-1', waiting, approve(1))).toEqual({ events: [erased] });
  });

  it('is approved as it was asked, while the request stands', () => {
    expect(decideBy('user:sup-1', after(registered), approve(0))).toEqual(refusal('no-such-erasure-request'));
    expect(decideBy('user:sup-1', after(registered, requested), approve(0))).toEqual(
      refusal('no-such-erasure-request'),
    );
    expect(decide(after(registered, requested), withdraw(1))).toEqual({ events: [withdrawn] });
    const gone = after(registered, requested, withdrawn);
    expect(gone.erasureRequest).toBeNull();
    expect(decide(gone, withdraw(1))).toEqual(refusal('no-such-erasure-request'));
    expect(decideBy('user:sup-1', gone, approve(1))).toEqual(refusal('no-such-erasure-request'));
    expect(decide(gone, ask)).toEqual({ events: [requested] });
  });

  it('is refused while care is owed, also when it was asked for before that', () => {
    expect(decideBy('user:cm-1', after(registered), ask, true)).toEqual(refusal('care-open'));
    expect(decideBy('user:sup-1', after(registered, requested), approve(1), true)).toEqual(refusal('care-open'));
  });

  it('is final: asked twice it happens once, and nothing can be recorded after it', () => {
    expect(decideBy('user:sup-1', after(registered, requested, erased), approve(1))).toEqual({ events: [] });
    expect(decide(after(registered, erased), ask)).toEqual(refusal('patient-erased'));
    expect(decide(after(registered, erased), { type: 'RecordDeath', source: 'family' })).toEqual(
      refusal('patient-erased'),
    );
    expect(decide(after(registered, erased), { type: 'RegisterPatient', name: 'Ana Ruiz' })).toEqual(
      refusal('patient-exists'),
    );
    expect(after(registered, erased).details).toBe(UNREADABLE);
  });
});

const text = fc.constantFrom('a', 'b', 'c');
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const command = fc.oneof(
  fc.record(
    { type: fc.constant('RegisterPatient'), name: text, test: fc.boolean() },
    { requiredKeys: ['type', 'name'] },
  ),
  fc.record(
    { type: fc.constant('CorrectPatientDetails'), reasonCode: fc.constant('changed'), name: text, phone: maybe(text) },
    { requiredKeys: ['type', 'reasonCode'] },
  ),
  fc.record(
    {
      type: fc.constant('RecordDeath'),
      source: fc.constant('family'),
      diedOn: fc.constantFrom('2026-11-01', '2026-11-02'),
      note: maybe(text),
    },
    { requiredKeys: ['type', 'source'] },
  ),
  fc.record({ type: fc.constant('RetractDeath'), note: maybe(text) }),
  fc.record({ type: fc.constantFrom('MergePatients', 'UnmergePatients'), duplicate: fc.constant(OTHER) }),
  fc.constant({ type: 'RequestErasure', reasonCode: 'court-order' }),
  fc.record({ type: fc.constant('WithdrawErasureRequest'), request: fc.nat(5) }),
  fc.record({ type: fc.constant('ApproveErasure'), request: fc.nat(5), keyId: fc.constant('k') }),
) as fc.Arbitrary<PatientCommand>;

/** A word that is one of the schemas, or nearly: folds must live with whatever a later version recorded. */
const anyEvent = fc
  .record({
    type: fc.constantFrom(...PATIENT_EVENT_TYPES.map(({ type }) => type), 'FromALaterVersion'),
    facts: fc.record({
      test: fc.boolean(),
      duplicate: fc.uuid(),
      diedOn: maybe(fc.constant('2026-01-01')),
      retracts: fc.nat(30),
      request: fc.nat(30),
    }),
    sealed: fc.oneof(fc.constant(UNREADABLE), fc.record({ name: text, note: text }, { requiredKeys: [] })),
  })
  .map((event) => event as unknown as PatientEvent);

describe('whatever is asked', () => {
  it('is refused or recorded as the schemas say, and asking again adds nothing new', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state = patientDecider.initial;
        let revision = 0;
        for (const one of commands) {
          const { type, ...body } = one;
          expect(PATIENT_COMMANDS[type].safeParse(body).success).toBe(true);
          const decision = type === 'ApproveErasure' ? decideBy('user:sup-1', state, one) : decide(state, one);
          if ('refusal' in decision) continue;
          for (const event of decision.events) {
            const declared = PATIENT_EVENT_TYPES.find((known) => known.type === event.type);
            expect(declared?.facts.safeParse(event.facts).error).toBeUndefined();
            if (event.sealed !== null) expect(declared?.sealed?.safeParse(event.sealed).error).toBeUndefined();
            state = patientDecider.evolve(state, recorded(event, revision++));
          }
          const again = decide(state, one);
          if ('events' in again) expect(again.events).toEqual([]);
        }
      }),
    );
  });

  it('folds without an exception', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        expect(() => after(...events)).not.toThrow();
      }),
    );
  });
});
