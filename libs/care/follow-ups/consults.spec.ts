import { describe, expect, it } from '@jest/globals';
import { visit, type Tale } from '../testing/tale.js';
import {
  afterUndoing,
  again,
  endOf,
  enrolled,
  hold,
  idOf,
  NEAR_MISSES,
  recommend,
  review,
  revisionOf,
  stepsOf,
  visitWith,
} from './specs.js';

const requested = { type: 'RequestConsult', urgency: 'urgent' } as const;
const plan = (over = {}) => ({ type: 'SetTreatmentPlan', treatmentChanged: true, ...over }) as const;
const answer = (n: number, said: 'accepted' | 'modified' | 'declined' | 'not-done', reason?: string) =>
  ({ type: 'AnswerRecommendation', recommendation: n, answer: said, ...(reason ? { reason } : {}) }) as const;

describe('non-response-consult', () => {
  it('is silent to day 56: queue and care manager, consultant at day 70, supervisor at the close of day 84', () => {
    const entry = enrolled().one('non-response-consult');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-03-29',
      [
        '2027-03-01 08:00 consult-queue+care-manager',
        '2027-03-15 08:00 psychiatric-consultant+digest',
        '2027-03-29 08:00 care-manager',
        '2027-03-29 17:00 supervisor',
      ],
    ]);
  });
  it('is met by written advice from day 49, not by earlier advice, a meeting, a request or a visit', () => {
    const tale = enrolled().at('2027-02-21 10:00').act(recommend());
    const followUpId = idOf(tale, 'non-response-consult');
    for (const miss of [...NEAR_MISSES, review(), requested, visit()]) tale.at('2027-02-22 09:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(recommend());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'ConsultRecommendationIssued')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-29']]);
  });
  it('advice that is taken back answers nothing', () => {
    const tale = enrolled().at('2027-03-02 09:00').act(recommend());
    expect(tale.open('non-response-consult')).toEqual([]);
    tale.act({ type: 'WithdrawRecommendation', recommendation: 1 });
    expect(tale.open('non-response-consult')).toHaveLength(1);
  });
  it('is owed without any score, and no longer after a response, a baseline below ten, or in relapse prevention', () => {
    const tale = enrolled().at('2027-02-10 10:00').act(visitWith(8));
    expect(tale.open('non-response-consult')).toEqual([]);
    expect(tale.at('2027-03-10 10:00').act(visitWith(9)).one('non-response-consult').dueOn).toBe('2027-03-29');
    expect(enrolled(9).open('non-response-consult')).toEqual([]);
    const stepped = enrolled().at('2027-02-10 10:00').act({ type: 'StartRelapsePrevention' });
    expect(stepped.open('non-response-consult')).toEqual([]);
  });
  it('a baseline corrected below ten ends the question, citing the correction', () => {
    const tale = enrolled();
    const { followUpId } = tale.one('non-response-consult');
    const corrects = revisionOf(tale, 'AssessmentRecorded');
    tale.act({
      type: 'CorrectAssessment',
      instrument: 'PHQ-9',
      items: [1, 1, 1, 1, 1, 0, 0, 0, 0],
      language: 'en',
      mode: 'interview',
      enteredBy: 'staff',
      corrects,
      reasonCode: 'entry-error',
    });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AssessmentCorrected')]);
    expect(tale.story.baseline?.on).toBe('2027-01-04');
  });
  it('goes on through a hold; when that covered day 84 it is due a week after', () => {
    const tale = enrolled().at('2027-03-20 10:00').act(hold());
    expect(tale.open('non-response-consult')).toHaveLength(1);
    expect(tale.at('2027-04-02 10:00').act({ type: 'EndHold' }).one('non-response-consult').dueOn).toBe('2027-04-09');
    const theDay = enrolled().at('2027-03-20 10:00').act(hold()).at('2027-03-29 10:00').act({ type: 'EndHold' });
    expect(theDay.one('non-response-consult').dueOn).toBe('2027-03-29');
    const before = enrolled().at('2027-02-01 10:00').act(hold()).at('2027-02-20 10:00').act({ type: 'EndHold' });
    expect(before.one('non-response-consult').dueOn).toBe('2027-03-29');
    const twice = enrolled().at('2027-03-20 10:00').act(hold()).at('2027-04-02 10:00').act({ type: 'EndHold' });
    twice.at('2027-04-08 10:00').act(hold()).at('2027-04-20 10:00').act({ type: 'EndHold' });
    expect(twice.one('non-response-consult').dueOn).toBe('2027-04-27');
    const overdue = enrolled().at('2027-04-05 10:00').act(hold()).at('2027-04-20 10:00').act({ type: 'EndHold' });
    expect(overdue.one('non-response-consult').dueOn).toBe('2027-03-29');
  });
});

describe('consult-repeat', () => {
  it('counts 60 days from the advice, not before day 70; the queue 14 days before, the supervisor a day after', () => {
    const entry = enrolled().at('2027-03-01 10:00').act(recommend()).one('consult-repeat');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-04-30',
      ['2027-04-16 08:00 consult-queue', '2027-04-30 08:00 care-manager', '2027-05-03 08:00 supervisor'],
    ]);
    expect(enrolled().at('2027-01-05 10:00').act(recommend()).one('consult-repeat').dueOn).toBe('2027-03-15');
  });
  it('is met by new advice, not by a visit, a review or a request', () => {
    const tale = enrolled().at('2027-03-01 10:00').act(recommend());
    const followUpId = idOf(tale, 'consult-repeat');
    for (const miss of [...NEAR_MISSES, review(), requested, visitWith(15)]) tale.at('2027-04-20 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(recommend());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'ConsultRecommendationIssued')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-04-30']]);
  });
  it('is owed no longer once below ten or in relapse prevention, and again by its date when that is lost', () => {
    const tale = enrolled().at('2027-03-01 10:00').act(recommend()).at('2027-03-15 10:00').act(visitWith(9));
    expect(tale.open('consult-repeat')).toEqual([]);
    expect(tale.at('2027-03-29 10:00').act(visitWith(11)).one('consult-repeat').dueOn).toBe('2027-04-30');
    expect(tale.act({ type: 'StartRelapsePrevention' }).open('consult-repeat')).toEqual([]);
  });
  it('goes on through a hold', () => {
    const tale = enrolled().at('2027-03-01 10:00').act(recommend()).at('2027-03-10 10:00').act(hold());
    expect(tale.one('consult-repeat').dueOn).toBe('2027-04-30');
  });
});

describe('recommendation-answer', () => {
  const asked = (over = {}): Tale => enrolled().at('2027-03-01 10:00').act(recommend(over));

  it('tells the provider at issue, the care manager after a week, consultant and digest after another', () => {
    const entry = asked().one('recommendation-answer');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-03-08',
      ['2027-03-01 10:00 provider', '2027-03-08 08:00 care-manager', '2027-03-15 08:00 psychiatric-consultant+digest'],
    ]);
  });
  it('is due the next business day when urgent, and asks nothing of advice to the care manager', () => {
    expect(asked({ urgency: 'urgent' }).one('recommendation-answer').dueOn).toBe('2027-03-02');
    expect(asked({ to: 'care-manager' }).open('recommendation-answer')).toEqual([]);
  });
  it.each([answer(1, 'accepted'), { ...answer(1, 'declined', 'example reason'), onBehalfOf: 'pcp-1' }])(
    'is met by the answer, also on the provider’s behalf, not by a visit, a note or a plan',
    (said) => {
      const tale = asked();
      const followUpId = idOf(tale, 'recommendation-answer');
      for (const miss of [...NEAR_MISSES, visit(), plan()]) tale.at('2027-03-02 10:00').act(miss);
      expect(endOf(tale, followUpId)).toBeUndefined();
      tale.act(said);
      expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RecommendationAnswered')]);
      expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-08']]);
    },
  );
  it('ends when the advice is withdrawn or replaced', () => {
    const withdrawn = asked();
    const followUpId = idOf(withdrawn, 'recommendation-answer');
    withdrawn.act({ type: 'WithdrawRecommendation', recommendation: 1 });
    expect(endOf(withdrawn, followUpId)).toEqual(['superseded', revisionOf(withdrawn, 'RecommendationWithdrawn')]);
    const replaced = asked()
      .at('2027-03-03 10:00')
      .act(recommend({ replaces: 1 }));
    expect(endOf(replaced, followUpId)).toEqual(['superseded', revisionOf(replaced, 'ConsultRecommendationIssued')]);
    expect(replaced.one('recommendation-answer').about).toBe(2);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = asked().at('2027-03-03 10:00').act(hold());
    expect(tale.open('recommendation-answer')).toEqual([]);
    expect(tale.at('2027-03-15 10:00').act({ type: 'EndHold' }).one('recommendation-answer').dueOn).toBe('2027-03-22');
  });
});

describe('recommendation-action', () => {
  const accepted = (said: 'accepted' | 'modified' = 'accepted'): Tale =>
    enrolled().at('2027-03-01 10:00').act(recommend()).at('2027-03-02 10:00').act(answer(1, said));

  it.each(['accepted', 'modified'] as const)(
    'opens on %s, due after 14 days, with the consultant a week later',
    (said) => {
      const entry = accepted(said).one('recommendation-action');
      expect([entry.dueOn, stepsOf(entry)]).toEqual([
        '2027-03-16',
        ['2027-03-16 08:00 care-manager', '2027-03-23 08:00 psychiatric-consultant'],
      ]);
    },
  );
  it('opens at once on advice to the care manager, who is told, and needs nobody’s consent', () => {
    const entry = enrolled()
      .at('2027-03-01 10:00')
      .act(recommend({ to: 'care-manager' }))
      .one('recommendation-action');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-03-15',
      ['2027-03-01 10:00 care-manager', '2027-03-15 08:00 care-manager', '2027-03-22 08:00 psychiatric-consultant'],
    ]);
  });
  it('is due the next business day when advice to the care manager is urgent; of other accepted advice urgency says nothing', () => {
    const urgent = enrolled()
      .at('2027-03-05 10:00')
      .act(recommend({ to: 'care-manager', urgency: 'urgent' }));
    expect(urgent.one('recommendation-action').dueOn).toBe('2027-03-08');
    const accepted = enrolled()
      .at('2027-03-05 10:00')
      .act(recommend({ urgency: 'urgent' }))
      .act(answer(1, 'accepted'));
    expect(accepted.one('recommendation-action').dueOn).toBe('2027-03-19');
  });
  it('a care manager who accepts advice written to them owes it once, until it is in the plan or not done', () => {
    const tale = enrolled()
      .at('2027-03-01 10:00')
      .act(recommend({ to: 'care-manager' }))
      .act(answer(1, 'accepted'));
    const { followUpId } = tale.one('recommendation-action');
    tale.act(answer(1, 'not-done', 'example reason'));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RecommendationAnswered')]);
    expect(tale.open('recommendation-action')).toEqual([]);
  });
  it('ends when advice to the care manager is withdrawn', () => {
    const tale = enrolled()
      .at('2027-03-01 10:00')
      .act(recommend({ to: 'care-manager' }));
    const { followUpId } = tale.one('recommendation-action');
    tale.act({ type: 'WithdrawRecommendation', recommendation: 1 });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'RecommendationWithdrawn')]);
  });
  it('is not opened by an answer that declines', () => {
    const tale = enrolled()
      .at('2027-03-01 10:00')
      .act(recommend())
      .act(answer(1, 'declined', 'example reason'));
    expect(tale.open('recommendation-action')).toEqual([]);
  });
  it.each([plan({ recommendation: 1 }), answer(1, 'not-done', 'example reason')])(
    'is met by a plan that names it or "not done", not by another plan',
    (done) => {
      const tale = accepted().act(recommend());
      const followUpId = idOf(tale, 'recommendation-action');
      for (const miss of [...NEAR_MISSES, visit(), plan(), plan({ recommendation: 2 })]) tale.act(miss);
      expect(endOf(tale, followUpId)).toBeUndefined();
      tale.at('2027-03-05 10:00').act(done);
      expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
      expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-16']]);
    },
  );
  it('opens anew when advice that was not done is accepted after all', () => {
    const tale = accepted()
      .act(answer(1, 'not-done', 'example reason'))
      .at('2027-03-08 10:00');
    expect(tale.open('recommendation-action')).toEqual([]);
    expect(tale.act(answer(1, 'accepted')).one('recommendation-action').dueOn).toBe('2027-03-22');
  });
  it('ends when the advice is replaced', () => {
    const tale = accepted();
    const followUpId = idOf(tale, 'recommendation-action');
    tale.act(recommend({ replaces: 1 }));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ConsultRecommendationIssued')]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = accepted().act(hold()).at('2027-03-15 10:00').act({ type: 'EndHold' });
    expect(tale.one('recommendation-action').dueOn).toBe('2027-03-29');
  });
});
