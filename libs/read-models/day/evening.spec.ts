import { describe, expect, it } from '@jest/globals';
import type { FollowUpKind, ParameterKey } from '#care';
import { clinicDay, item, NOW, record, standingOut } from '../testing/clinic-day.js';
import type { ClinicDay } from './clinic-day.js';
import { evening } from './evening.js';

const urgent = (day: ClinicDay): string[] => evening(day, {}).urgent.lines.map((line) => line.class);
const YESTERDAY = '2027-03-08T15:00:00.000Z';

/** The end-of-day invariant of domain.md §6.6, line by line. */
describe('what is urgent in the evening', () => {
  it.each<[FollowUpKind, string, string[]]>([
    ['safety-review', '2027-03-09', ['safety']],
    ['risk-reassessment', '2027-03-09', ['safety']],
    ['risk-reassessment', '2027-03-10', []],
    ['post-discharge-contact', '2027-03-09', ['safety']],
    ['post-discharge-contact', '2027-03-10', []],
    ['first-outreach', '2027-03-09', ['new-referral']],
    ['first-outreach', '2027-03-10', []],
    ['outreach-retry', '2027-03-05', []],
    ['non-response-consult', '2027-03-16', ['consult']],
    ['consult-repeat', '2027-03-16', ['consult']],
    ['consult-repeat', '2027-03-17', []],
    ['recommendation-answer', '2027-03-05', []],
    ['contact', '2027-03-05', []],
  ])('%s due %s: %j', (kind, dueOn, expected) => {
    expect(urgent(clinicDay([item(kind, { dueOn, raised: true })]))).toEqual(expected);
  });

  it.each<[FollowUpKind, ParameterKey]>([
    ['recommendation-action', 'recommendation.action'],
    ['recommendation-answer', 'recommendation.answer'],
    ['consult-request', 'consult-request.due'],
  ])('%s is urgent when it was called so, and due', (kind, usual) => {
    const owed = (dueOn: string, number: string) =>
      urgent(
        clinicDay([
          item(kind, { dueOn, raised: true, reason: { kind, anchorOn: null, dueOn, numbers: { [number]: 1 } } }),
        ]),
      );
    const pressing = `${usual.replace('.due', '')}.urgent`;
    expect([owed('2027-03-09', usual), owed('2027-03-09', pressing), owed('2027-03-10', pressing)]).toEqual([
      [],
      ['consult'],
      [],
    ]);
  });

  it('is no safety that somebody who is there took in hand today; it stays in sight, by name', () => {
    const held = (more: object) => evening(clinicDay([item('safety-review', more)]), {});
    const taken = held({ acknowledgedBy: 'cm-1', inHandSince: NOW });
    expect([taken.urgent.total, taken.inHand[0]?.headline.inHandWith]).toEqual([0, 'cm-1']);
    expect(held({ owner: 'cm-4', inHandSince: NOW }).inHand[0]?.owner).toBe('cm-4');
    for (const more of [
      { acknowledgedBy: 'cm-1', inHandSince: YESTERDAY },
      { acknowledgedBy: 'cm-3', inHandSince: NOW },
      {},
    ])
      expect([held(more).urgent.total, held(more).inHand]).toEqual([1, []]);
  });

  it('is what nobody is there for', () => {
    expect(urgent(clinicDay([item('contact', { careManager: 'cm-3' })]))).toEqual(['unattended']);
    expect(urgent(clinicDay([item('contact', { careManager: null })]))).toEqual(['unattended']);
    expect(urgent(clinicDay([item('contact', { careManager: 'cm-2' })]))).toEqual([]);
  });

  it('is a contact without a note and a note without a signature, not one that only was not sent on', () => {
    const lacking = (lacks: 'note' | 'signature' | 'dispatch') =>
      urgent(clinicDay([], [standingOut('p-1', { records: [record(lacks)] })]));
    expect([lacking('note'), lacking('signature'), lacking('dispatch')]).toEqual([['unsigned'], ['unsigned'], []]);
  });

  it('is no referral that was put off with a reason; that is counted apart', () => {
    const { urgent: left } = evening(
      clinicDay([item('first-outreach', { dueOn: '2027-03-09', snoozedUntil: '2027-03-12T13:00:00.000Z' })]),
      {},
    );
    expect([left.total, left.muted.map(({ because }) => because)]).toEqual([0, ['put off until 12 Mar']]);
  });

  it('is told by owner', () => {
    const { owners } = evening(
      clinicDay([
        item('safety-review', { patient: 'p-1' }),
        item('safety-review', { patient: 'p-2', careManager: 'cm-2' }),
        item('safety-review', { patient: 'p-3', careManager: 'cm-4' }),
      ]),
      {},
    );
    expect(owners).toEqual([
      { owner: 'cm-1', count: 2 },
      { owner: 'cm-4', count: 1 },
    ]);
  });
});

describe('tomorrow', () => {
  const comes = (dueOn: string, more: object = {}) =>
    evening(clinicDay([item('contact', { dueOn, ...more })]), {}).tomorrow;

  it('is what falls due on the next open day of the site, and no more', () => {
    expect(comes('2027-03-09').total).toBe(0);
    expect(comes('2027-03-10').lines[0]).toMatchObject({ class: 'due-today', headline: { due: 'in 1 day' } });
    expect(comes('2027-03-11').total).toBe(0);
  });

  it('says what was put off until then', () => {
    expect(comes('2027-03-05', { snoozedUntil: '2027-03-10T13:00:00.000Z' }).muted).toMatchObject([
      { because: 'put off until 10 Mar' },
    ]);
  });
});
