import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNREADABLE } from '../event-type.js';
import {
  ORGANISATION_EVENT_TYPES,
  type OrganisationEvent,
  type RecordedOrganisationEvent,
  type SiteCalendar,
} from './events.js';
import {
  calendarOf,
  currentPathway,
  ORGANISATION_COMMANDS,
  organisationDecider,
  type OrganisationCommand,
  type OrganisationState,
} from './index.js';

const NOW = '2026-11-23T15:00:00.000Z';
const circumstances = {
  commandId: 'c',
  actor: 'user:adm-1',
  actorRole: 'administrator',
  organisation: 'org',
  occurredAt: NOW,
  now: NOW,
} as const;
const context = {
  refusalToAdopt: (pathway: unknown) =>
    (pathway as { id?: string }).id === 'broken' ? { code: 'invalid-pathway', detail: 'parameters missing' } : null,
};

const recorded = (event: OrganisationEvent, revision: number): RecordedOrganisationEvent => ({
  ...event,
  revision,
  occurredAt: NOW,
  recordedAt: NOW,
  actor: 'user:adm-1',
  actorRole: 'administrator',
  commandId: 'c',
});
const after = (...events: OrganisationEvent[]): OrganisationState =>
  events.map(recorded).reduce(organisationDecider.evolve, organisationDecider.initial);
const decide = (state: OrganisationState, command: OrganisationCommand) =>
  organisationDecider.decide(state, command, circumstances, context);
const refusal = (code: string) => ({ refusal: expect.objectContaining({ code }) });

const weekdays: SiteCalendar = {
  zone: 'America/New_York',
  hours: { '1': { opens: '08:00', closes: '17:00' }, '5': { opens: '08:00', closes: '15:00' } },
  holidays: [{ on: '2026-11-26', name: 'Thanksgiving Day' }],
};
const shorter: SiteCalendar = { ...weekdays, closures: ['2026-12-14'] };
const opened: OrganisationEvent = { type: 'OrganisationOpened', facts: { name: 'Clinic' }, sealed: null };
const main: OrganisationEvent = {
  type: 'SiteOpened',
  facts: { site: 'main', name: 'Main', calendar: weekdays },
  sealed: null,
};
const joined = (
  staff: string,
  role: 'care-manager' | 'supervisor' | 'auditor' = 'care-manager',
): OrganisationEvent => ({
  type: 'StaffJoined',
  facts: { staff, role, site: 'main' },
  sealed: { name: 'Mia' },
});
const left: OrganisationEvent = { type: 'StaffLeft', facts: { staff: 'cm-1' }, sealed: null };

describe('an organisation', () => {
  it('is opened once, and nothing happens in it before', () => {
    expect(decide(after(), { type: 'OpenOrganisation', name: 'Clinic' })).toEqual({ events: [opened] });
    expect(decide(after(opened), { type: 'OpenOrganisation', name: 'Clinic' })).toEqual(refusal('organisation-exists'));
    expect(decide(after(), { type: 'RemoveStaff', staff: 'cm-1' })).toEqual(refusal('unknown-organisation'));
  });

  it('adopts a pathway that was checked, and keeps the ones before it', () => {
    const adopt = (id: string): OrganisationCommand => ({ type: 'AdoptPathway', pathway: { id } });
    const adopted = (id: string): OrganisationEvent => ({
      type: 'PathwayAdopted',
      facts: { pathway: { id } },
      sealed: null,
    });
    expect(decide(after(opened), adopt('broken'))).toEqual(refusal('invalid-pathway'));
    expect(decide(after(opened), adopt('one'))).toEqual({ events: [adopted('one')] });
    expect(decide(after(opened, adopted('one')), adopt('one'))).toEqual({ events: [] });
    const state = after(opened, adopted('one'), adopted('two'));
    expect(currentPathway(state)).toEqual({ id: 'two' });
    expect(state.pathways.map(({ value, revision }) => [value['id'], revision])).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
  });

  it('adopts nothing again that is in force, in whatever order of its keys the log gives it back', () => {
    const adopt = (pathway: Record<string, unknown>): OrganisationCommand => ({ type: 'AdoptPathway', pathway });
    const kept = { parameters: { a: { unit: 'hours', value: 2 }, b: { unit: 'hours', value: 1 } }, id: 'one' };
    const state = after(opened, { type: 'PathwayAdopted', facts: { pathway: kept }, sealed: null });
    const parameters = { b: { value: 1, unit: 'hours' }, a: { value: 2, unit: 'hours' } };
    expect(decide(state, adopt({ id: 'one', parameters }))).toEqual({ events: [] });
    const other = { ...parameters, a: { value: 3, unit: 'hours' } };
    expect(decide(state, adopt({ id: 'one', parameters: other }))).toMatchObject({ events: [{}] });
  });
});

describe('a site', () => {
  const open: OrganisationCommand = { type: 'OpenSite', site: 'main', name: 'Main', calendar: weekdays };
  const set: OrganisationCommand = { type: 'SetSiteHours', site: 'main', calendar: shorter };

  it('is opened once, with a calendar that can be reckoned with', () => {
    expect(decide(after(opened), open)).toEqual({ events: [main] });
    expect(decide(after(opened, main), open)).toEqual(refusal('site-exists'));
    const backwards = { ...weekdays, zone: 'Eastern', hours: { '1': { opens: '17:00', closes: '08:00' } } };
    expect(decide(after(opened), { ...open, calendar: backwards })).toEqual({
      refusal: expect.objectContaining({
        code: 'invalid-calendar',
        errors: [
          expect.objectContaining({ pointer: '/calendar/zone' }),
          expect.objectContaining({ pointer: '/calendar/hours/1' }),
        ],
      }),
    });
  });

  it('names nobody for what cannot wait who is not on the staff', () => {
    expect(decide(after(opened), { ...open, onCall: 'cm-1' })).toEqual(refusal('unknown-staff'));
    expect(decide(after(opened, main, joined('cm-1'), left), { ...set, secondOwner: 'cm-1' })).toEqual(
      refusal('unknown-staff'),
    );
    const audited = after(opened, main, joined('aud-1', 'auditor'));
    for (const duty of [{ onCall: 'aud-1' }, { secondOwner: 'aud-1' }])
      expect(decide(audited, { ...set, ...duty })).toEqual(refusal('unknown-staff'));
    expect(decide(after(opened, main, joined('cm-1')), { ...set, onCall: 'cm-1' })).toEqual({
      events: [{ type: 'SiteHoursSet', facts: { site: 'main', calendar: shorter, onCall: 'cm-1' }, sealed: null }],
    });
  });

  it('gets new hours, keeps every calendar it had and the people it named', () => {
    const hours = (calendar: SiteCalendar, onCall?: string): OrganisationEvent => ({
      type: 'SiteHoursSet',
      facts: { site: 'main', calendar, ...(onCall ? { onCall } : {}) },
      sealed: null,
    });
    const state = after(opened, main, joined('cm-1'), hours(weekdays, 'cm-1'), hours(shorter));
    expect(calendarOf(state, 'main')).toEqual(shorter);
    expect(state.sites.get('main')).toMatchObject({
      onCall: 'cm-1',
      calendars: [{ revision: 1 }, { revision: 3 }, { revision: 4 }],
    });
    expect(decide(state, set)).toEqual({ events: [] });
    expect(decide(state, { ...set, site: 'north' })).toEqual(refusal('unknown-site'));
  });

  it('may be closed on some weekdays', () => {
    expect(ORGANISATION_COMMANDS.OpenSite.safeParse({ site: 'main', name: 'Main', calendar: weekdays }).success).toBe(
      true,
    );
    expect(
      ORGANISATION_COMMANDS.OpenSite.safeParse({ site: 'main', name: 'Main', calendar: { ...weekdays, hours: {} } })
        .success,
    ).toBe(false);
  });
});

describe('the staff', () => {
  it('join in a role, at a site that exists, one at a time', () => {
    const add: OrganisationCommand = {
      type: 'AddStaff',
      staff: 'cm-1',
      role: 'care-manager',
      site: 'main',
      name: 'Mia',
    };
    expect(decide(after(opened, main), add)).toEqual({ events: [joined('cm-1')] });
    expect(decide(after(opened, main, joined('cm-1')), add)).toEqual(refusal('staff-exists'));
    expect(decide(after(opened), add)).toEqual(refusal('unknown-site'));
    expect(decide(after(opened, main, joined('cm-1'), left), add)).toEqual({ events: [joined('cm-1')] });
  });

  it('leave, once', () => {
    const remove: OrganisationCommand = { type: 'RemoveStaff', staff: 'cm-1' };
    expect(decide(after(opened, main, joined('cm-1')), remove)).toEqual({ events: [left] });
    expect(decide(after(opened, main, joined('cm-1'), left), remove)).toEqual({ events: [] });
    expect(decide(after(opened), remove)).toEqual(refusal('unknown-staff'));
  });

  it('stay known when the key of their name is gone', () => {
    const state = [
      recorded(opened, 0),
      { ...recorded(joined('cm-1'), 1), sealed: UNREADABLE } as RecordedOrganisationEvent,
    ].reduce(organisationDecider.evolve, organisationDecider.initial);
    expect(state.staff.get('cm-1')).toEqual({
      staff: 'cm-1',
      role: 'care-manager',
      site: 'main',
      active: true,
      name: UNREADABLE,
    });
  });
});

describe('coverage', () => {
  const state = after(opened, main, joined('cm-1'), joined('sup-1', 'supervisor'), joined('aud-1', 'auditor'));
  const arrange = {
    type: 'ArrangeCoverage',
    absent: 'cm-1',
    cover: 'sup-1',
    from: '2026-12-01T08:00:00-05:00',
    until: '2026-12-08T13:00:00Z',
  } as const;
  const arranged: OrganisationEvent = {
    type: 'CoverageArranged',
    facts: { absent: 'cm-1', cover: 'sup-1', from: '2026-12-01T13:00:00.000Z', until: '2026-12-08T13:00:00.000Z' },
    sealed: null,
  };

  it('is arranged in UTC, once', () => {
    expect(decide(state, arrange)).toEqual({ events: [arranged] });
    expect(decide(organisationDecider.evolve(state, recorded(arranged, 9)), arrange)).toEqual({ events: [] });
  });

  it('is arranged again when another came in between, as the one made last holds', () => {
    const instead: OrganisationEvent = {
      type: 'CoverageArranged',
      facts: { absent: 'cm-1', cover: 'cm-2', from: '2026-12-01T13:00:00.000Z', until: '2026-12-08T13:00:00.000Z' },
      sealed: null,
    };
    const replaced = [arranged, instead].map(recorded).reduce(organisationDecider.evolve, state);
    expect(decide(replaced, arrange)).toEqual({ events: [arranged] });
  });

  it('may be arranged for somebody who has left, never by somebody who has', () => {
    const without = organisationDecider.evolve(state, recorded(left, 9));
    expect(decide(without, arrange)).toEqual({ events: [arranged] });
    expect(decide(without, { ...arrange, absent: 'sup-1', cover: 'cm-1' })).toEqual(refusal('unknown-staff'));
  });

  it('ends when whoever was away is back', () => {
    const away = organisationDecider.evolve(state, recorded(arranged, 9));
    const back = decide(away, { ...arrange, cover: 'cm-1', from: '2026-12-03T13:00:00Z' });
    expect(back).toMatchObject({ events: [{ facts: { absent: 'cm-1', cover: 'cm-1' } }] });
  });

  it('makes sense', () => {
    expect(decide(state, { ...arrange, cover: 'cm-1' })).toEqual(refusal('invalid-coverage'));
    expect(decide(state, { ...arrange, cover: 'aud-1' })).toEqual(refusal('invalid-coverage'));
    expect(decide(state, { ...arrange, until: arrange.from })).toEqual(refusal('invalid-coverage'));
    expect(decide(state, { ...arrange, absent: 'cm-9' })).toEqual(refusal('unknown-staff'));
  });
});

describe('a review session', () => {
  it('is held by people on the staff', () => {
    const state = after(opened, main, joined('cm-1'));
    const episodes = ['0190a6b2-0000-7000-8000-000000000001'];
    expect(decide(state, { type: 'HoldReviewSession', attendees: ['cm-1'], episodes })).toEqual({
      events: [{ type: 'ReviewSessionHeld', facts: { attendees: ['cm-1'], episodes }, sealed: null }],
    });
    expect(decide(state, { type: 'HoldReviewSession', attendees: ['psy-1'], episodes })).toEqual(
      refusal('unknown-staff'),
    );
  });
});

const staff = fc.constantFrom('cm-1', 'cm-2', '__proto__');
const site = fc.constantFrom('main', 'north', 'constructor');
const calendar = fc.constantFrom(weekdays, shorter, { ...weekdays, zone: 'Eastern' });
const moment = fc.constantFrom('2026-12-01T13:00:00Z', '2026-12-02T13:00:00.000Z', '2026-12-03T08:00:00-05:00');
const command = fc.oneof(
  fc.constant({ type: 'OpenOrganisation', name: 'Clinic' }),
  fc.record(
    { type: fc.constant('OpenSite'), site, name: fc.constant('Main'), calendar, onCall: staff },
    { requiredKeys: ['type', 'site', 'name', 'calendar'] },
  ),
  fc.record(
    { type: fc.constant('SetSiteHours'), site, calendar, secondOwner: staff },
    { requiredKeys: ['type', 'site', 'calendar'] },
  ),
  fc.record({ type: fc.constant('AdoptPathway'), pathway: fc.record({ id: fc.constantFrom('one', 'two', 'broken') }) }),
  fc.record(
    {
      type: fc.constant('AddStaff'),
      staff,
      role: fc.constantFrom('care-manager', 'auditor'),
      site,
      name: fc.constant('Mia'),
    },
    { requiredKeys: ['type', 'staff', 'role'] },
  ),
  fc.record({ type: fc.constant('RemoveStaff'), staff }),
  fc.record({ type: fc.constant('ArrangeCoverage'), absent: staff, cover: staff, from: moment, until: moment }),
  fc.record({
    type: fc.constant('HoldReviewSession'),
    attendees: fc.array(staff, { minLength: 1 }),
    episodes: fc.constant([]),
  }),
) as fc.Arbitrary<OrganisationCommand>;

/** Boxes that any of the types could have, in any order and about anybody. */
const anyEvent = fc
  .record({
    type: fc.constantFrom(...ORGANISATION_EVENT_TYPES.map(({ type }) => type), 'FromALaterVersion'),
    facts: fc.record({
      name: fc.string(),
      site,
      calendar,
      staff,
      role: fc.constant('provider'),
      onCall: staff,
      absent: staff,
      cover: staff,
      from: moment,
      until: moment,
      pathway: fc.dictionary(fc.string(), fc.anything()),
    }),
    sealed: fc.oneof(fc.constant(UNREADABLE), fc.record({ name: fc.string() }, { requiredKeys: [] })),
  })
  .map((event) => event as unknown as OrganisationEvent);

describe('whatever is asked', () => {
  it('is refused or recorded as the schemas say', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        let state = after(opened);
        let revision = 1;
        for (const one of commands) {
          const { type, ...body } = one;
          expect(ORGANISATION_COMMANDS[type].safeParse(body).error).toBeUndefined();
          const decision = decide(state, one);
          if ('refusal' in decision) continue;
          for (const event of decision.events) {
            const declared = ORGANISATION_EVENT_TYPES.find((known) => known.type === event.type);
            expect(declared?.facts.safeParse(event.facts).error).toBeUndefined();
            if (event.sealed !== null) expect(declared?.sealed?.safeParse(event.sealed).error).toBeUndefined();
            state = organisationDecider.evolve(state, recorded(event, revision++));
          }
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
