import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTIFY, type Role } from '../words.js';
import { organisationDecider, whoIs, whoseWorkFallsTo, type OrganisationState } from './index.js';

const AT = '2026-11-23T15:00:00.000Z';
const PERSONS = ['ada', 'ben', 'cyd', 'dee', 'eli', 'fay'];
const ROLES = ['care-manager', 'provider', 'supervisor', 'psychiatric-consultant', 'administrator'] as const;
const SITES = ['main', 'north'];

const person = fc.constantFrom(...PERSONS, 'nobody');
const maybe = fc.option(person, { nil: undefined });
const organisation = fc
  .record({
    roles: fc.tuple(
      ...PERSONS.map(() =>
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom<Role>('care-manager', 'provider') },
          fc.constantFrom<Role>(...ROLES, 'auditor'),
        ),
      ),
    ),
    active: fc.tuple(...PERSONS.map(() => fc.integer({ min: 0, max: 3 }).map((n) => n > 0))),
    at: fc.tuple(...PERSONS.map(() => fc.option(fc.constantFrom(...SITES), { nil: undefined }))),
    coverage: fc.array(fc.record({ absent: person, cover: person, isOver: fc.boolean() }), { maxLength: 4 }),
    duty: fc.tuple(...SITES.map(() => fc.oneof(fc.constant({}), fc.record({ onCall: maybe, secondOwner: maybe })))),
  })
  .map(
    ({ roles, active, at, coverage, duty }): OrganisationState =>
      ({
        ...organisationDecider.initial,
        name: 'Clinic',
        sites: new Map(SITES.map((site, i) => [site, { site, name: site, calendars: [], ...duty[i] }])),
        staff: new Map(PERSONS.map((staff, i) => [staff, { staff, role: roles[i], site: at[i], active: active[i] }])),
        coverage: coverage.map(({ absent, cover, isOver }) => ({
          ...{ absent, cover, from: '2026-11-20T05:00:00.000Z' },
          until: isOver ? '2026-11-21T05:00:00.000Z' : '2026-11-30T05:00:00.000Z',
        })),
      }) as OrganisationState,
  );

describe('whose work falls to somebody', () => {
  it('is never narrower than who is told', () => {
    let narrowed = 0;
    fc.assert(
      fc.property(
        ...[organisation, fc.constantFrom(...NOTIFY), fc.constantFrom(...SITES, 'elsewhere')],
        fc.record({ careManager: maybe, provider: maybe, owner: maybe, formerOwner: maybe }),
        (state, role, site, named) => {
          for (const told of whoIs(state, role, { site, ...named, at: AT })) {
            const persons = whoseWorkFallsTo(state, told, [AT]);
            if (persons === null) continue;
            narrowed += 1;
            expect(Object.values(named).some((one) => one !== undefined && persons.has(one))).toBe(true);
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(narrowed).toBeGreaterThan(20);
  });

  it('is that of the person and of whom they cover for, of a cover too', () => {
    const covers = (cover: string, absent: string) => ({ cover, absent, from: AT, until: AT });
    const member = (staff: string, role: Role) => [staff, { staff, role, active: true }] as const;
    const state = {
      ...organisationDecider.initial,
      staff: new Map([member('ada', 'care-manager'), member('ben', 'care-manager'), member('cyd', 'supervisor')]),
      coverage: [covers('ada', 'ben'), covers('ben', 'dee')],
    };
    expect(whoseWorkFallsTo(state, 'ada', [AT])).toEqual(new Set(['ada', 'ben', 'dee']));
    expect(whoseWorkFallsTo(state, 'ben', [AT])).toEqual(new Set(['ben', 'dee']));
    expect(whoseWorkFallsTo(state, 'cyd', [AT])).toBeNull();
  });
});
