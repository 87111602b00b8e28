import { describe, expect, it } from '@jest/globals';
import type { RecordedEpisodeEvent } from '../episode/events.js';
import { tell } from '../episode/story/index.js';
import { UNREADABLE } from '../event-type.js';
import { SHIPPED_PATHWAYS } from '../pathway/index.js';
import { DEFAULT_POLICY, phq9, policyWith, Tale, visit } from '../testing/tale.js';
import { deriveFollowUps } from './derive.js';
import {
  afterUndoing,
  again,
  endOf,
  enrolled,
  hold,
  idOf,
  NEAR_MISSES,
  revisionOf,
  stepsOf,
  visitWith,
} from './specs.js';

const stepDown = { type: 'StartRelapsePrevention' } as const;
const highRisk = { type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' } as const;
/** Enrolled on Monday 4 January, the last contact that day. */
const quiet = (): Tale => enrolled();

describe('contact', () => {
  it('is due 14 days after the last one, over the holiday, and 14 days late in the digest', () => {
    const entry = quiet().one('contact');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-19',
      ['2027-01-19 08:00 care-manager', '2027-02-02 08:00 digest'],
    ]);
  });
  it('is met by a treatment contact, not by messages, other people or attempts', () => {
    const tale = quiet();
    const followUpId = idOf(tale, 'contact');
    for (const miss of NEAR_MISSES) tale.at('2027-01-06 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.at('2027-01-07 10:00').act(visit());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'ContactRecorded')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-19']]);
  });
  it('in relapse prevention is derived anew from the same anchor, at 30 days or the end of the next month', () => {
    const tale = quiet();
    const followUpId = idOf(tale, 'contact');
    tale.at('2027-01-06 10:00').act(stepDown);
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'RelapsePreventionStarted')]);
    expect(tale.one('contact').dueOn).toBe('2027-02-03');
  });
  it('goes by when contacts took place, not by when they were entered', () => {
    const tale = quiet().at('2027-01-12 10:00').act(visit()).at('2027-01-13 10:00');
    expect(tale.act(visit(), { occurredAt: '2027-01-08T15:00:00.000Z' }).one('contact').dueOn).toBe('2027-01-26');
  });
  it('ends when the search begins, and comes back with the next contact', () => {
    const tale = quiet();
    const followUpId = idOf(tale, 'contact');
    tale.at('2027-02-03 12:00');
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'FollowUpRaised')]);
    expect(tale.act(visit()).open('contact')).toHaveLength(1);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = quiet().at('2027-01-10 10:00').act(hold());
    expect(tale.open('contact')).toEqual([]);
    expect(tale.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('contact').dueOn).toBe('2027-02-03');
  });
});

describe('no-contact', () => {
  it('asks three times, then provider, letter and supervisor at day 60, and proposes discharge at day 90', () => {
    const entry = quiet().one('no-contact');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-02-03',
      [
        '2027-02-03 08:00 care-manager',
        '2027-02-08 08:00 care-manager',
        '2027-02-10 08:00 care-manager',
        '2027-03-05 08:00 care-manager+provider+supervisor',
        '2027-04-05 08:00 care-manager+supervisor',
      ],
    ]);
  });
  it('waits for a contact that was planned later, and for a plan that spaces contacts wider', () => {
    const tale = quiet().at('2027-01-05 10:00');
    tale.act(
      visit({
        contact: {
          kind: 'treatment',
          withWhom: 'patient',
          modality: 'phone',
          twoWay: true,
          nextContactOn: '2027-02-05',
        },
      }),
    );
    expect([tale.one('no-contact').dueOn, tale.one('contact').dueOn]).toEqual(['2027-02-19', '2027-01-19']);
    const wide = quiet().act({ type: 'SetTreatmentPlan', treatmentChanged: false, contactEvery: 42 });
    expect(wide.one('no-contact').dueOn).toBe('2027-03-01');
  });
  it('leaves thirty days for an answer to the letter, however far away the next contact was planned', () => {
    const tale = quiet().act({ type: 'SetTreatmentPlan', treatmentChanged: false, contactEvery: 90 });
    expect(stepsOf(tale.one('no-contact')).slice(-2)).toEqual([
      '2027-04-27 08:00 care-manager+provider+supervisor',
      '2027-05-27 08:00 care-manager+supervisor',
    ]);
  });
  it('is met by a treatment contact alone', () => {
    const tale = quiet().at('2027-02-03 09:00');
    const followUpId = idOf(tale, 'no-contact');
    for (const miss of NEAR_MISSES) tale.at('2027-02-04 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(visit());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'ContactRecorded')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-02-03']]);
  });
  it('with a high risk tells the supervisor on day 7, never proposes discharge, and leaves the contact owed', () => {
    const tale = quiet().act(highRisk);
    expect(stepsOf(tale.one('no-contact'))).toEqual([
      '2027-01-11 08:00 supervisor',
      '2027-02-03 08:00 care-manager',
      '2027-02-08 08:00 care-manager',
      '2027-02-10 08:00 care-manager',
      '2027-03-05 08:00 care-manager+provider+supervisor',
    ]);
    tale.at('2027-01-15 10:00');
    expect(tale.raised('no-contact')).toHaveLength(1);
    expect(tale.one('contact').dueOn).toBe('2027-01-19');
  });
  it('and does so also when the level cannot be read any more', () => {
    const tale = quiet().act(highRisk);
    const acts = tale.state.acts.map((act): RecordedEpisodeEvent =>
      act.type === 'SafetyReviewRecorded' ? { ...act, sealed: UNREADABLE } : act,
    );
    expect(deriveFollowUps({ ...DEFAULT_POLICY, story: tell({ acts })!, ledger: tale.state.ledger })).toEqual([]);
  });
  it('begins anew with a change of phase', () => {
    const tale = quiet();
    const followUpId = idOf(tale, 'no-contact');
    tale.at('2027-01-06 10:00').act(stepDown);
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'RelapsePreventionStarted')]);
    expect(tale.one('no-contact')).toMatchObject({ followUpId: again(followUpId), dueOn: '2027-02-03' });
  });
});

describe('the spacing of a plan', () => {
  it('a narrower one narrows; a wider one from before a relapse does not outlive it', () => {
    const tale = enrolled().act({ type: 'SetTreatmentPlan', treatmentChanged: true, contactEvery: 7 });
    expect(tale.one('contact').dueOn).toBe('2027-01-11');
    tale.at('2027-01-05 10:00').act(stepDown);
    tale.act({ type: 'SetTreatmentPlan', treatmentChanged: true, contactEvery: 60 });
    expect(tale.one('contact').dueOn).toBe('2027-03-05');
    tale.at('2027-01-06 10:00').act({ type: 'ConfirmRelapse', confirmed: true });
    expect(tale.one('contact').dueOn).toBe('2027-01-19');
  });
});

describe('reassessment', () => {
  const decline = { type: 'DeclineAssessment', instrument: 'PHQ-9', reason: 'too-unwell' } as const;

  it('is due 14 days after the last scale, called overdue a week late, in digest and queue after two', () => {
    const entry = enrolled().one('reassessment');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-19',
      ['2027-01-19 08:00 care-manager', '2027-01-26 08:00 care-manager', '2027-02-02 08:00 digest+consult-queue'],
    ]);
    expect(entry.ladder[1]?.note).toBe('overdue');
  });
  it('is met by a complete PHQ-9 after it, not by a partial form, a bare contact, or an older form entered late', () => {
    const tale = enrolled().at('2027-01-08 10:00').act(visit());
    const followUpId = idOf(tale, 'reassessment');
    tale.act(phq9([1, 1, null, 1, 1, 1, 1, 1, 0]));
    tale.act(phq9(12), { occurredAt: '2027-01-02T15:00:00.000Z' });
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(phq9(12));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'AssessmentRecorded')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-19']]);
  });
  it('a declined one takes its place, fourteen days on; another scale declined does not', () => {
    const tale = enrolled()
      .at('2027-01-19 10:00')
      .act({ ...decline, instrument: 'GAD-7' });
    const followUpId = idOf(tale, 'reassessment');
    tale.act(decline);
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AssessmentDeclined')]);
    expect(tale.one('reassessment').dueOn).toBe('2027-02-02');
  });
  it('a declined one is asked again before the month after is over, whatever the pathway allows (G5)', () => {
    const newYork = policyWith(SHIPPED_PATHWAYS.get('monthly-floor')!);
    const tale = enrolled(16, new Tale(newYork)).at('2027-01-30 10:00').act(decline);
    expect(tale.one('reassessment').dueOn).toBe('2027-02-26');
  });
  it('in relapse prevention is due after 30 days, from the same scale', () => {
    expect(enrolled().at('2027-01-06 10:00').act(stepDown).one('reassessment').dueOn).toBe('2027-02-03');
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = enrolled().at('2027-01-10 10:00').act(hold()).at('2027-01-20 10:00').act({ type: 'EndHold' });
    expect(tale.one('reassessment').dueOn).toBe('2027-02-03');
  });
  it('goes with the month when that ends sooner than the plan would have it (G5)', () => {
    const tale = enrolled().at('2027-01-29 10:00').act(stepDown).act(visitWith(3));
    expect(tale.one('reassessment').dueOn).toBe('2027-02-26');
    tale.act({ type: 'SetTreatmentPlan', treatmentChanged: false, reassessEvery: 45 });
    expect(tale.one('reassessment').dueOn).toBe('2027-03-15');
  });
});
