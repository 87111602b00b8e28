import { describe, expect, it } from '@jest/globals';
import { isInpatient } from '../episode/inpatient.js';
import { DEFAULT_POLICY, Tale, visit } from '../testing/tale.js';
import { afterUndoing, endOf, enrolled, hold, NEAR_MISSES, revisionOf, stepsOf } from './specs.js';

const report = (kind: 'admission' | 'emergency-visit' | 'discharge', on: string) =>
  ({ type: 'ReportAcuteCare', kind, on }) as const;
/** Discharged on Monday 11 January, known that day. */
const discharged = (): Tale => enrolled().at('2027-01-11 16:00').act(report('discharge', '2027-01-11'));
const entry = (tale: Tale, about: number) => tale.open('post-discharge-contact').find((one) => one.about === about);

describe('post-discharge-contact', () => {
  it('is due on day 7 and again on day 30: a call on day 1, the supervisor on day 5, the provider on day 7, rolled back', () => {
    const tale = discharged();
    expect(tale.open('post-discharge-contact').map(({ dueOn }) => dueOn)).toEqual(['2027-01-15', '2027-02-10']);
    // Day 5 is a Saturday and day 7 a holiday.
    expect(stepsOf(entry(tale, 1)!)).toEqual([
      '2027-01-12 08:00 care-manager',
      '2027-01-15 08:00 supervisor+care-manager+provider',
    ]);
    expect(stepsOf(entry(tale, 2)!)).toEqual(['2027-02-10 08:00 care-manager']);
    const ordinary = enrolled().at('2027-01-20 16:00').act(report('discharge', '2027-01-20'));
    expect(stepsOf(entry(ordinary, 1)!)).toEqual([
      '2027-01-21 08:00 care-manager',
      '2027-01-25 08:00 supervisor',
      '2027-01-27 08:00 care-manager+provider',
    ]);
  });
  it('never rolls back onto the day of discharge, however short the window', () => {
    const { 'post-discharge.first': week, ...others } = DEFAULT_POLICY.pathway.parameters;
    const parameters = { ...others, 'post-discharge.first': { ...week!, value: 1 } };
    const policy = { ...DEFAULT_POLICY, pathway: { ...DEFAULT_POLICY.pathway, parameters } };
    const tale = enrolled(16, new Tale(policy));
    expect(entry(tale.at('2027-01-08 16:00').act(report('discharge', '2027-01-08')), 1)?.dueOn).toBe('2027-01-09');
  });
  it('counts from the day of discharge, whenever it became known, and steps already past are raised as one', () => {
    const tale = enrolled().at('2027-01-21 10:00').act(report('discharge', '2027-01-11')).wake();
    expect(entry(tale, 1)).toMatchObject({ dueOn: '2027-01-15', lastStep: 2 });
    expect(tale.raised('post-discharge-contact')).toHaveLength(1);
  });
  it.each(['emergency-visit', 'admission'] as const)(
    'an %s that others report asks the care manager the same day what follows',
    (kind) => {
      const told = (tale: Tale, over: { role?: string; on?: string } = {}): string[] =>
        tale
          .at('2027-02-11 10:00')
          .act(report(kind, over.on ?? '2027-02-10'), { role: over.role ?? 'integration' })
          .open('planned-task')
          .map(({ dueOn }) => dueOn);
      expect(told(enrolled())).toEqual(['2027-02-11']);
      expect(told(enrolled(), { role: 'care-manager' })).toEqual([]);
      expect(told(enrolled(), { on: '2027-01-05' })).toEqual([]);
      expect(told(enrolled().act({ type: 'DischargePatient', reason: 'graduated', channel: 'record' }))).toEqual([]);
    },
  );
  it('an emergency visit and an admission open no contact of this kind', () => {
    const tale = enrolled().at('2027-01-11 16:00').act(report('emergency-visit', '2027-01-10'));
    expect(tale.act(report('admission', '2027-01-11')).open('post-discharge-contact')).toEqual([]);
  });
  it('never counts a contact on day 0, nor a message; days 1 to 7 meet the first, days 8 to 30 the second', () => {
    const tale = discharged().at('2027-01-11 17:00').act(visit());
    for (const miss of NEAR_MISSES) tale.at('2027-01-12 10:00').act(miss);
    expect(tale.open('post-discharge-contact')).toHaveLength(2);
    const first = entry(tale, 1)!.followUpId;
    tale.at('2027-01-18 10:00').act(visit());
    expect(endOf(tale, first)).toEqual(['fulfilled', revisionOf(tale, 'ContactRecorded')]);
    const second = entry(tale, 2)!.followUpId;
    tale.at('2027-01-19 10:00').act(visit());
    expect(endOf(tale, second)).toEqual(['fulfilled', revisionOf(tale, 'ContactRecorded')]);
  });
  it('a contact after the first window meets both, the first late', () => {
    expect(discharged().at('2027-01-20 10:00').act(visit()).open('post-discharge-contact')).toEqual([]);
  });
  it('undoing the contact brings it back with its first date', () => {
    const tale = discharged().at('2027-01-13 10:00').act(visit());
    const [first] = [...tale.state.ledger.ended.keys()].filter((id) => id.startsWith('post-discharge'));
    expect(
      afterUndoing(tale, first!)
        .map(([, dueOn]) => dueOn)
        .toSorted(),
    ).toEqual(['2027-01-15', '2027-02-10']);
  });
  it('a readmission ends it, and the next discharge begins it once more', () => {
    const tale = discharged();
    const { followUpId } = entry(tale, 1)!;
    tale.at('2027-01-14 10:00').act(report('admission', '2027-01-13'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AcuteCareReported')]);
    expect(tale.open('post-discharge-contact')).toEqual([]);
    tale.at('2027-01-20 10:00').act(report('discharge', '2027-01-20'));
    expect(tale.open('post-discharge-contact').map(({ dueOn }) => dueOn)).toEqual(['2027-01-27', '2027-02-19']);
  });
  it('the admission of that very day is no readmission; a second report of the discharge is the same one', () => {
    const tale = discharged().act(report('admission', '2027-01-11')).act(report('discharge', '2027-01-11'));
    expect(tale.open('post-discharge-contact')).toHaveLength(2);
  });
  it('goes on through a hold; ends with the episode, and a voided report ends it', () => {
    const tale = enrolled().act(hold('inpatient')).at('2027-01-11 16:00').act(report('discharge', '2027-01-11'));
    expect(tale.open('post-discharge-contact')).toHaveLength(2);
    const { followUpId } = entry(tale, 1)!;
    tale
      .at('2027-01-12 09:00')
      .act({ type: 'VoidAct', revision: revisionOf(tale, 'AcuteCareReported'), reasonCode: 'wrong-patient' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ActVoided')]);
    const ended = discharged().act({ type: 'DischargePatient', reason: 'transferred', channel: 'record' });
    expect(ended.open()).toEqual([]);
  });
  it('cannot be put off', () => {
    const tale = discharged();
    const { followUpId } = entry(tale, 1)!;
    expect(
      tale.attempt({ type: 'SnoozeFollowUp', followUpId, until: '2027-01-13', reason: 'patient-asked' })?.code,
    ).toBe('cannot-be-snoozed');
  });
  it('a discharge that lies ahead is no fact yet', () => {
    const refusal = enrolled().attempt(report('discharge', '2027-01-05'));
    expect(refusal).toMatchObject({ code: 'occurred-in-future', errors: [{ pointer: '/on' }] });
  });
});

describe('whether the patient is in hospital', () => {
  it('is what was said last, and only during a hold', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(report('admission', '2027-01-05'));
    expect(isInpatient(tale.story)).toBe(false);
    expect(isInpatient(tale.act(hold('inpatient')).story)).toBe(true);
    expect(isInpatient(tale.at('2027-01-09 10:00').act(report('discharge', '2027-01-08')).story)).toBe(false);
    expect(isInpatient(tale.at('2027-01-12 10:00').act(report('admission', '2027-01-11')).story)).toBe(true);
    expect(isInpatient(enrolled().act(hold()).story)).toBe(false);
  });
});
