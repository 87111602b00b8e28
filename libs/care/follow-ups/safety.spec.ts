import { describe, expect, it } from '@jest/globals';
import type { CommandOf } from '../episode/commands.js';
import { phq9, referral, Tale, visit } from '../testing/tale.js';
import {
  afterUndoing,
  again,
  endOf,
  enrolled,
  followUpFacts,
  hold,
  NEAR_MISSES,
  portal,
  recommend,
  review,
  revisionOf,
  stepsOf,
} from './specs.js';

const assessed = (level = 'none') =>
  ({
    type: 'RecordSafetyReview',
    outcome: 'assessed',
    level: level as 'none',
    tool: 'c-ssrs',
    approvedBy: 'psy-1',
  }) as const;

const undoing = (revision: number) => ({ type: 'VoidAct', revision, reasonCode: 'wrong-patient' }) as const;
const withdrawn = { ...assessed(), outcome: 'trigger-withdrawn' } as const;

describe('safety-review', () => {
  it('on Saturday at 10:00: on-call, again, supervisor, close of business, Sunday morning', () => {
    const tale = enrolled().at('2027-01-09 10:00').act(portal(1));
    expect(stepsOf(tale.one('safety-review'))).toEqual([
      '2027-01-09 10:00 on-call',
      '2027-01-09 11:00 on-call',
      '2027-01-09 14:00 supervisor',
      '2027-01-09 17:00 supervisor',
      '2027-01-10 08:00 supervisor+psychiatric-consultant+provider',
    ]);
  });
  it('near midnight is due that day and drops the close of business that is past', () => {
    const entry = enrolled().at('2027-01-05 23:50').act(portal(1)).one('safety-review');
    expect(entry.dueOn).toBe('2027-01-05');
    expect(stepsOf(entry)).toHaveLength(4);
  });
  it('of the very minute of closing tells the supervisor too: that step does not lie before it', () => {
    expect(stepsOf(enrolled().at('2027-01-05 17:00').act(portal(1)).one('safety-review'))[0]).toBe(
      '2027-01-05 17:00 on-call+supervisor',
    );
  });
  it('tells the supervisor at close of business even when the reminder of that minute is acknowledged', () => {
    const tale = enrolled().at('2027-01-05 16:00').act(portal(1)).wake();
    tale.act({ type: 'AcknowledgeFollowUp', followUpId: tale.one('safety-review').followUpId }).at('2027-01-05 17:00');
    expect(tale.raised('safety-review').at(-1)?.notify).toContain('supervisor');
  });
  it('repeats every four hours to the supervisor and on-call', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1)).at('2027-01-06 12:00');
    expect(tale.raised('safety-review').at(-1)).toMatchObject({
      at: '2027-01-06T17:00:00.000Z',
      notify: ['supervisor', 'on-call'],
    });
  });
  it('an unanswered item asked again and zero meets it; after a positive one it does not', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(null));
    const { followUpId } = tale.one('safety-review');
    tale.at('2027-01-05 11:00').act(phq9(4));
    expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
    tale.act(portal(1)).act({ ...assessed(), outcome: 'asked-again-negative' });
    expect(tale.open('safety-review')).toHaveLength(1);
  });
  it('that a person asked for is not met by a form with a zero, nor by asking again, but by an assessment', () => {
    const tale = enrolled().at('2027-01-05 10:00').act({ type: 'RaiseSafetyConcern' });
    const { followUpId } = tale.one('safety-review');
    tale
      .at('2027-01-05 11:00')
      .act(phq9(4))
      .act({ ...assessed(), outcome: 'asked-again-negative' });
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(assessed());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'SafetyReviewRecorded')]);
  });
  it.each(['emergency-department', 'welfare-check'] as const)(
    'is met by the disposition %s, which is the supervisor’s to record',
    (outcome) => {
      const tale = enrolled().at('2027-01-05 10:00').act(portal(1));
      const { followUpId } = tale.one('safety-review');
      expect(tale.attempt({ ...assessed(), outcome })?.code).toBe('supervisor-needed');
      expect(endOf(tale, followUpId)).toBeUndefined();
      tale.act({ ...assessed(), outcome }, { actor: 'user:sup-1', role: 'supervisor' });
      expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'SafetyReviewRecorded')]);
    },
  );
  it('just before closing tells at each step whoever is there by then; the reminder alone may be left out', () => {
    const entry = enrolled().at('2027-01-05 16:30').act(portal(1)).one('safety-review');
    expect(stepsOf(entry)).toEqual([
      '2027-01-05 16:30 care-manager',
      '2027-01-05 17:00 supervisor',
      '2027-01-05 17:30 on-call',
      '2027-01-05 20:30 supervisor',
      '2027-01-06 08:00 supervisor+psychiatric-consultant+provider',
    ]);
    const mayBeLeftOut = entry.ladder.filter(({ unlessAcknowledged }) => unlessAcknowledged === true);
    expect(mayBeLeftOut.map(({ step }) => step)).toEqual([3]);
  });
  it('an older form with a zero that is entered late asks nobody again', () => {
    const tale = enrolled().at('2027-01-15 10:00').act(portal(null)).at('2027-01-15 12:00');
    tale.act(phq9(4), { occurredAt: '2027-01-08T15:00:00.000Z' });
    expect(tale.open('safety-review')).toHaveLength(1);
  });
  it('a review entered late does not answer an answer given after it took place', () => {
    const tale = enrolled().at('2027-01-05 16:00').act(portal(1)).at('2027-01-05 17:30');
    tale.act(assessed(), { occurredAt: '2027-01-05T15:00:00.000Z' });
    expect(tale.open('safety-review')).toHaveLength(1);
    expect(tale.act(assessed()).open('safety-review')).toEqual([]);
  });
  it('stays when the answer is corrected to zero, until a person says so', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(2));
    const corrects = revisionOf(tale, 'AssessmentRecorded');
    const zero = {
      instrument: 'PHQ-9',
      items: [0, 0, 0, 0, 0, 0, 0, 0, 0],
      language: 'en',
      mode: 'portal' as const,
      enteredBy: 'patient' as const,
    };
    tale.act({ type: 'CorrectAssessment', ...zero, corrects, reasonCode: 'entry-error' });
    const { followUpId } = tale.one('safety-review');
    tale.act({ ...assessed(), outcome: 'trigger-withdrawn' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'SafetyReviewRecorded')]);
  });
  it('is not withdrawn with another form that was voided: what attached to it stays owed', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1));
    const wrong = revisionOf(tale, 'AssessmentRecorded');
    const { followUpId } = tale.one('safety-review');
    tale.at('2027-01-05 10:30').act(portal(2)).act(undoing(wrong)).act(withdrawn);
    expect(tale.one('safety-review').followUpId).toBe(followUpId);
    tale.act(undoing(revisionOf(tale, 'AssessmentRecorded'))).act(withdrawn);
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'SafetyReviewRecorded')]);
  });
  it('opens anew on a positive item after one that was withdrawn', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1));
    tale.act(undoing(revisionOf(tale, 'AssessmentRecorded'))).act(withdrawn);
    expect(tale.open('safety-review')).toEqual([]);
    expect(tale.at('2027-01-20 10:00').act(portal(2)).one('safety-review').dueOn).toBe('2027-01-20');
  });
  it('is answered though the review before it was undone, so that its concern attaches to that one', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1)).act(assessed());
    tale.at('2027-01-05 16:00').act(portal(2)).wake();
    tale.act(undoing(revisionOf(tale, 'SafetyReviewRecorded'))).wake();
    expect(tale.open('safety-review')).toHaveLength(2);
    expect(tale.at('2027-01-05 17:30').act(assessed()).open('safety-review')).toEqual([]);
  });
  it('of an import that was undone ends like any other, by a review or by a person’s word', () => {
    for (const ending of [assessed(), withdrawn]) {
      const tale = enrolled().at('2027-02-01 10:00');
      tale.act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 2], { imported: true }), { occurredAt: '2027-01-20T15:00:00.000Z' });
      tale.wake().act(undoing(revisionOf(tale, 'AssessmentRecorded')));
      expect(tale.open('safety-review')).toHaveLength(1);
      expect(tale.act(ending).open('safety-review')).toEqual([]);
    }
  });
  it('comes back when the void or the word that withdrew it is undone', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1));
    const { followUpId } = tale.one('safety-review');
    tale.act(undoing(revisionOf(tale, 'AssessmentRecorded'))).act(withdrawn);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-05']]);
    tale.act(withdrawn).act(undoing(tale.events.find(({ type }) => type === 'ActVoided')!.revision));
    expect(tale.one('safety-review').dueOn).toBe('2027-01-05');
  });
  it('returns as n+1 when the death was reported in error, with all else', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(portal(1));
    const kinds = tale
      .open()
      .map(({ kind }) => kind)
      .toSorted();
    expect(tale.act({ type: 'NoteDeath', patientRevision: 3 }).open()).toEqual([]);
    tale.act({ type: 'RetractDeathNote', patientRevision: 3 });
    expect(
      tale
        .open()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(kinds);
    expect(tale.one('safety-review').followUpId).toMatch(/:2$/);
  });
  it('ends with a death, also one from before the discharge that became known after it', () => {
    const tale = enrolled().at('2027-01-15 10:00');
    tale.act({ type: 'DischargePatient', reason: 'lost-to-follow-up', channel: 'record' });
    tale.at('2027-01-16 10:00').act(portal(2));
    expect(tale.open('safety-review')).toHaveLength(1);
    tale.act({ type: 'NoteDeath', patientRevision: 3 }, { occurredAt: '2027-01-14T15:00:00.000Z' });
    expect(tale.open()).toEqual([]);
    expect(tale.act({ type: 'RetractDeathNote', patientRevision: 3 }).open('safety-review')).toHaveLength(1);
  });
  it('of imported answers only the latest opens one, and no later answer silences it', () => {
    const tale = enrolled().at('2027-02-01 10:00');
    tale.act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 1], { imported: true }), { occurredAt: '2027-01-10T15:00:00.000Z' });
    tale.act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 2], { imported: true }), { occurredAt: '2027-01-20T15:00:00.000Z' });
    expect(tale.open('safety-review')).toHaveLength(1);
    tale.at('2027-02-02 10:00').act(phq9(0));
    expect(tale.open('safety-review')).toHaveLength(1);
    expect(tale.act(assessed()).open('safety-review')).toEqual([]);
  });
  it('imported totals and blanks, which say nothing of item 9, open none', () => {
    const bare = phq9(0, { mode: 'external', imported: true }) as CommandOf<'RecordAssessment'>;
    const tale = new Tale().at('2027-01-04 09:00').act(referral()).act({ type: 'EnrolPatient' });
    tale.act({ ...bare, items: undefined, total: 14 }).act(phq9([1, 1, 1, 1, 1, 1, 1, 1, null], { imported: true }));
    expect(tale.open('safety-review')).toEqual([]);
    expect(tale.act({ ...bare, items: undefined, total: 14, imported: false }).open('safety-review')).toHaveLength(1);
  });
  it('an import into a closed episode opens none', () => {
    const tale = enrolled()
      .act({ type: 'DischargePatient', reason: 'withdrew', channel: 'record' })
      .at('2027-02-01 10:00');
    tale.act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 2], { imported: true }));
    expect(tale.open('safety-review')).toEqual([]);
  });
});

describe('risk-reassessment', () => {
  it.each([
    ['low', '2027-02-04'],
    ['moderate', '2027-01-19'],
    ['high', '2027-01-12'],
  ])('after %s is due %s', (level, dueOn) => {
    expect(enrolled().at('2027-01-05 10:00').act(assessed(level)).one('risk-reassessment').dueOn).toBe(dueOn);
  });
  it('with a high risk tells the consultant at close of business, goes on through a hold and ends with a new review', () => {
    const tale = enrolled()
      .at('2027-01-05 10:00')
      .act(assessed('high'))
      .act({ type: 'StartHold', reason: 'inpatient' });
    const entry = tale.one('risk-reassessment');
    expect(stepsOf(entry)).toEqual([
      '2027-01-08 08:00 care-manager',
      '2027-01-12 08:00 care-manager',
      '2027-01-12 17:00 care-manager+supervisor+psychiatric-consultant',
    ]);
    tale.at('2027-01-11 10:00').act(assessed('none'));
    expect(endOf(tale, entry.followUpId)).toEqual(['fulfilled', revisionOf(tale, 'SafetyReviewRecorded')]);
    expect(tale.open('risk-reassessment')).toEqual([]);
  });
});

describe('risk-reassessment, further', () => {
  it('is not met by a contact or advice; a review that is undone brings it back by its first date', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(assessed('moderate'));
    const { followUpId } = tale.one('risk-reassessment');
    for (const miss of [...NEAR_MISSES, visit(), recommend()]) tale.at('2027-01-06 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(assessed('none'));
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-19']]);
  });
  it('is not met by the word that another trigger was undone, nor by a review of a time before that is entered late', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(assessed('high'));
    const { followUpId } = tale.one('risk-reassessment');
    tale.at('2027-01-06 10:00').act(portal(1));
    tale.act(undoing(revisionOf(tale, 'AssessmentRecorded'))).act(withdrawn);
    expect(tale.open('safety-review')).toEqual([]);
    tale.act(assessed('low'), { occurredAt: '2027-01-04T20:00:00.000Z' });
    expect(tale.one('risk-reassessment')).toMatchObject({ followUpId, dueOn: '2027-01-12' });
  });
  it('lowering the level needs the consultant', () => {
    const { approvedBy: _, ...alone } = assessed('low');
    const tale = enrolled().at('2027-01-05 10:00').act(assessed('high'));
    expect(tale.attempt(alone)?.code).toBe('approval-needed');
    expect(tale.attempt(alone, { role: 'psychiatric-consultant' })).toBeUndefined();
  });
});

describe('risk-consult', () => {
  it.each([
    ['moderate', '2027-01-19'],
    ['high', '2027-01-12'],
  ])('after %s joins the queue at once and is due %s, with the supervisor', (level, dueOn) => {
    const entry = enrolled().at('2027-01-05 10:00').act(assessed(level)).one('risk-consult');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      dueOn,
      ['2027-01-05 10:00 consult-queue', `${dueOn} 08:00 care-manager+supervisor`],
    ]);
  });
  it('rolls back, and a low risk asks nothing', () => {
    expect(enrolled().at('2027-01-10 10:00').act(assessed('high')).one('risk-consult').dueOn).toBe('2027-01-15');
    expect(enrolled().act(assessed('low')).open('risk-consult')).toEqual([]);
  });
  it('is met by advice, not by a visit, a request, a case review or advice given before; goes on through a hold', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(recommend()).act(assessed('high')).act(hold('inpatient'));
    const { followUpId } = tale.one('risk-consult');
    const misses = [...NEAR_MISSES, visit(), { type: 'RequestConsult', urgency: 'urgent' } as const, review()];
    for (const miss of misses) tale.at('2027-01-06 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(recommend());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'ConsultRecommendationIssued')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-12']]);
  });
  it('a newer review takes its place, or ends it', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(assessed('high'));
    const { followUpId } = tale.one('risk-consult');
    tale.at('2027-01-07 10:00').act(assessed('moderate'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'SafetyReviewRecorded')]);
    expect(tale.one('risk-consult').dueOn).toBe('2027-01-21');
    expect(tale.act(assessed('low')).open('risk-consult')).toEqual([]);
  });
  it('says nothing of the level where it is not sealed', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(assessed('high')).at('2027-01-12 18:00');
    expect(followUpFacts(tale)).not.toMatch(/high|moderate/);
  });
});

describe('an unassigned referral', () => {
  it('with a positive item is owed a review before anybody was reached', () => {
    expect(
      new Tale().at('2027-01-04 09:00').act(referral()).act(visit()).act(portal(1)).one('safety-review').safety,
    ).toBe(true);
  });
});
