import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTIFY, type Notify, type Role } from '../words.js';
import {
  calendarOf,
  organisationDecider,
  whoIs,
  type Concerning,
  type Coverage,
  type OrganisationState,
  type StaffMember,
} from './index.js';

const AT = '2026-11-23T15:00:00.000Z';
const member = (staff: string, role: Role, more: Partial<StaffMember> = {}): StaffMember => ({
  staff,
  role,
  site: 'main',
  active: true,
  ...more,
});
const covers = (
  cover: string,
  absent: string,
  from = '2026-11-20T05:00:00.000Z',
  until = '2026-11-30T05:00:00.000Z',
): Coverage => ({
  absent,
  cover,
  from,
  until,
});
const site = (duty: { onCall?: string; secondOwner?: string } = {}) => ({
  site: 'main',
  name: 'Main',
  calendars: [],
  ...duty,
});

function clinic(
  staff: StaffMember[],
  coverage: Coverage[] = [],
  duty: { onCall?: string; secondOwner?: string } = {},
): OrganisationState {
  return {
    ...organisationDecider.initial,
    name: 'Clinic',
    sites: new Map([['main', site(duty)]]),
    staff: new Map(staff.map((one) => [one.staff, one])),
    coverage,
  };
}

const everybody = [
  member('cm-1', 'care-manager'),
  member('cm-2', 'care-manager'),
  member('sup-1', 'supervisor'),
  member('psy-1', 'psychiatric-consultant'),
  member('pcp-1', 'provider'),
  member('adm-1', 'administrator'),
  member('aud-1', 'auditor'),
];
const duty = { onCall: 'cm-2', secondOwner: 'psy-1' };
const of = (state: OrganisationState, role: Notify, concerning: Partial<Concerning> = {}) =>
  whoIs(state, role, { site: 'main', careManager: 'cm-1', provider: 'pcp-1', at: AT, ...concerning });

describe('whom a step tells', () => {
  it('when everybody is there, is who holds the role', () => {
    const state = clinic(everybody, [], duty);
    expect(
      Object.fromEntries(NOTIFY.map((role) => [role, of(state, role, { owner: 'cm-2', formerOwner: 'cm-2' })])),
    ).toEqual({
      'care-manager': ['cm-1'],
      supervisor: ['sup-1'],
      'psychiatric-consultant': ['psy-1'],
      provider: ['pcp-1'],
      'on-call': ['cm-2'],
      'second-owner': ['psy-1'],
      'consult-queue': ['psy-1'],
      digest: ['sup-1'],
      'task-owner': ['cm-2'],
      'former-owner': ['cm-2'],
    });
  });

  it('is the cover while somebody is away, and only then', () => {
    const state = clinic(everybody, [covers('cm-2', 'cm-1')]);
    expect(of(state, 'care-manager')).toEqual(['cm-2']);
    expect(of(state, 'care-manager', { at: '2026-11-20T05:00:00.000Z' })).toEqual(['cm-2']);
    expect(of(state, 'care-manager', { at: '2026-11-20T04:59:59.999Z' })).toEqual(['cm-1']);
    expect(of(state, 'care-manager', { at: '2026-11-30T05:00:00.000Z' })).toEqual(['cm-1']);
  });

  it('follows the arrangement made last, and the cover of a cover', () => {
    const state = clinic(everybody, [covers('psy-1', 'cm-1'), covers('cm-2', 'cm-1'), covers('sup-1', 'cm-2')]);
    expect(of(state, 'care-manager')).toEqual(['sup-1']);
  });

  it('is whoever is back before their cover ends', () => {
    const state = clinic(everybody, [covers('cm-2', 'cm-1'), covers('cm-1', 'cm-1', '2026-11-23T05:00:00.000Z')]);
    expect(of(state, 'care-manager')).toEqual(['cm-1']);
    expect(of(state, 'care-manager', { at: '2026-11-22T15:00:00.000Z' })).toEqual(['cm-2']);
  });

  it('is the supervisor at once when a care manager has left without cover, or none is assigned', () => {
    const left = clinic([member('cm-1', 'care-manager', { active: false }), member('sup-1', 'supervisor')]);
    expect(of(left, 'care-manager')).toEqual(['sup-1']);
    expect(of(clinic(everybody), 'care-manager', { careManager: undefined })).toEqual(['sup-1']);
    expect(of(clinic(everybody), 'care-manager', { careManager: 'nobody-we-know' })).toEqual(['sup-1']);
  });

  it('is whoever still covers for somebody who has left', () => {
    const left = everybody.map((one) => (one.staff === 'cm-1' ? { ...one, active: false } : one));
    expect(of(clinic(left, [covers('cm-2', 'cm-1')]), 'care-manager')).toEqual(['cm-2']);
  });

  it('is the supervisor when two cover for each other, the cover has left, or a site names nobody', () => {
    expect(of(clinic(everybody, [covers('cm-2', 'cm-1'), covers('cm-1', 'cm-2')]), 'care-manager')).toEqual(['sup-1']);
    expect(of(clinic(everybody, [covers('gone', 'cm-1')]), 'care-manager')).toEqual(['sup-1']);
    for (const role of ['on-call', 'second-owner'] as const) expect(of(clinic(everybody), role)).toEqual(['sup-1']);
  });

  it('of the site goes before other sites, and who works for all sites belongs to each', () => {
    const sites = [member('sup-1', 'supervisor'), member('sup-2', 'supervisor', { site: 'north' })];
    const { site: _, ...everywhere } = member('sup-3', 'supervisor');
    expect(of(clinic(sites), 'supervisor')).toEqual(['sup-1']);
    expect(of(clinic([...sites, everywhere]), 'supervisor')).toEqual(['sup-1', 'sup-3']);
    expect(of(clinic(sites.slice(1)), 'supervisor')).toEqual(['sup-2']);
  });

  it('ends with the administrator, then with anybody in care, never with an auditor', () => {
    expect(of(clinic(everybody.filter(({ role }) => role !== 'supervisor')), 'digest')).toEqual(['adm-1']);
    expect(of(clinic([member('cm-1', 'care-manager'), member('aud-1', 'auditor')]), 'supervisor')).toEqual(['cm-1']);
    expect(of(clinic([member('aud-1', 'auditor')]), 'supervisor')).toEqual([]);
  });

  it('is somebody, once, on the staff, as long as a supervisor is there', () => {
    const ids = everybody.map(({ staff }) => staff);
    const id = fc.constantFrom(...ids, 'nobody');
    const someCoverage = fc.array(
      fc
        .tuple(
          id,
          id.filter((one) => one !== 'sup-1'),
        )
        .map(([cover, absent]) => covers(cover, absent)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...NOTIFY),
        fc.subarray(ids),
        someCoverage,
        fc.record({ careManager: id, provider: id, owner: id }),
        (role, gone, coverage, who) => {
          const staff = everybody.map((one) => ({
            ...one,
            active: one.staff === 'sup-1' || !gone.includes(one.staff),
          }));
          const found = of(clinic(staff, coverage, duty), role, who);
          expect(found.length).toBeGreaterThan(0);
          expect(new Set(found).size).toBe(found.length);
          for (const one of found) expect(staff.find(({ staff: known }) => known === one)?.active).toBe(true);
        },
      ),
    );
  });
});

describe('a site that the organisation does not have', () => {
  it('has no calendar, and its steps still reach somebody', () => {
    expect(calendarOf(clinic(everybody), 'elsewhere')).toBeUndefined();
    expect(of(clinic(everybody), 'on-call', { site: 'elsewhere' })).toEqual(['sup-1']);
  });
});
