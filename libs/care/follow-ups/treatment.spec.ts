import { describe, expect, it } from '@jest/globals';
import { phq9, referral, Tale } from '../testing/tale.js';
import {
  afterUndoing,
  again,
  endOf,
  enrolled,
  hold,
  NEAR_MISSES,
  recommend,
  review,
  revisionOf,
  stepsOf,
  visitWith,
} from './specs.js';

const anxious = (total: number) =>
  phq9([0, 0, 0, 0, 0, 0, 0], {
    instrument: 'GAD-7',
    items: [3, 3, 3, 3, 3, 3, 3].map((most, i) => Math.max(0, Math.min(most, total - 3 * i))),
  });
const plan = (over = {}) => ({ type: 'SetTreatmentPlan', treatmentChanged: true, ...over }) as const;
const about = (tale: Tale, kind: string, n: number) => tale.open(kind).filter((entry) => entry.about === n);
const check = (tale: Tale) => about(tale, 'early-response-check', 1)[0];
const queued = (tale: Tale) => about(tale, 'early-response-check', 2);

describe('early-response-check', () => {
  it('is due by day 42 after enrolment, rolled back over the holiday, and tells the care manager alone', () => {
    const entry = enrolled().one('early-response-check');
    expect([entry.dueOn, stepsOf(entry)]).toEqual(['2027-02-12', ['2027-02-12 08:00 care-manager']]);
  });
  it('opens on a baseline of ten, not of nine', () => {
    expect(enrolled(10).open('early-response-check')).toHaveLength(1);
    expect(enrolled(9).open('early-response-check')).toEqual([]);
  });
  it('is not met on day 27, by a partial form or by another scale, but by the first PHQ-9 from day 28', () => {
    const tale = enrolled().at('2027-01-31 10:00').act(visitWith(12));
    tale.at('2027-02-01 10:00').act(anxious(4));
    tale.act(phq9([1, 1, 1, 1, 1, 1, 1, null, 0]));
    const { followUpId } = check(tale)!;
    tale.at('2027-02-01 11:00').act(phq9(11));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'AssessmentRecorded')]);
  });
  it('a drop of four joins the consult queue at once and is due within a week; a drop of five does not', () => {
    const tale = enrolled().at('2027-02-01 10:00').act(visitWith(12));
    expect(queued(tale).map((entry) => [entry.dueOn, ...stepsOf(entry)])).toEqual([
      ['2027-02-08', '2027-02-01 10:00 consult-queue', '2027-02-08 08:00 care-manager'],
    ]);
    expect(enrolled().at('2027-02-01 10:00').act(visitWith(11)).open('early-response-check')).toEqual([]);
  });
  it('of the GAD-7 a drop of three joins the queue, of four it does not', () => {
    const tale = (total: number) =>
      new Tale()
        .at('2027-01-04 09:00')
        .act(referral())
        .act({ type: 'EnrolPatient', primaryScale: 'GAD-7' })
        .act(anxious(16))
        .at('2027-02-01 10:00')
        .act(anxious(total));
    expect([queued(tale(13)).length, queued(tale(12)).length]).toEqual([1, 0]);
  });
  it.each([
    ['a case review', review({ decision: 'change' })],
    ['written advice', recommend()],
  ])('in the queue it is met by %s, not by a visit, a request or a message', (_name, command) => {
    const tale = enrolled().at('2027-02-01 10:00').act(visitWith(12));
    const { followUpId } = queued(tale)[0]!;
    for (const miss of [...NEAR_MISSES, { type: 'RequestConsult', urgency: 'urgent' } as const, visitWith(12)])
      tale.at('2027-02-02 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(command);
    expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
    expect(afterUndoing(tale, followUpId)).toContainEqual([again(followUpId), '2027-02-08']);
  });
  it('in the queue an earlier score that became known later takes its place, and gives it back when it is undone', () => {
    const tale = enrolled().at('2027-02-05 10:00').act(visitWith(12));
    const { followUpId } = queued(tale)[0]!;
    tale.at('2027-02-06 10:00').act(phq9(13), { occurredAt: '2027-02-02T15:00:00.000Z' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AssessmentRecorded')]);
    expect(queued(tale).map(({ dueOn }) => dueOn)).toEqual(['2027-02-09']);
    expect(afterUndoing(tale, followUpId)).toContainEqual([again(followUpId), '2027-02-12']);
  });
  it('is owed no longer after a response; when the response is lost it is owed again by its first date', () => {
    const tale = enrolled().at('2027-01-20 10:00').act(visitWith(8));
    expect(tale.open('early-response-check')).toEqual([]);
    tale.at('2027-01-25 10:00').act(visitWith(14));
    expect(check(tale)).toMatchObject({ dueOn: '2027-02-12', followUpId: expect.stringMatching(/:2$/) });
    const { followUpId } = check(tale)!;
    tale.act({ type: 'StartRelapsePrevention' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'RelapsePreventionStarted')]);
    tale.at('2027-01-26 10:00').act({ type: 'ConfirmRelapse', confirmed: true });
    expect(tale.open('early-response-check')).toEqual([]);
  });
  it('a hold over the day puts it off to a week after the hold', () => {
    const tale = enrolled().at('2027-02-10 10:00').act(hold());
    expect(tale.open('early-response-check')).toEqual([]);
    expect(check(tale.at('2027-02-20 10:00').act({ type: 'EndHold' }))?.dueOn).toBe('2027-02-26');
  });
  it('what was overdue when a hold began is no backlog after it, nor what passed during two', () => {
    const late = enrolled().at('2027-02-20 10:00').act(hold()).at('2027-03-10 10:00').act({ type: 'EndHold' });
    expect(check(late)?.dueOn).toBe('2027-03-17');
    const twice = enrolled().at('2027-02-10 10:00').act(hold()).at('2027-02-20 10:00').act({ type: 'EndHold' });
    twice.at('2027-02-25 10:00').act(hold()).at('2027-03-10 10:00').act({ type: 'EndHold' });
    expect(check(twice)?.dueOn).toBe('2027-03-17');
    const weekend = enrolled().at('2027-02-10 10:00').act(hold()).at('2027-02-13 10:00').act({ type: 'EndHold' });
    expect(check(weekend)?.dueOn).toBe('2027-02-19');
    const before = enrolled().at('2027-01-20 10:00').act(hold()).at('2027-02-08 10:00').act({ type: 'EndHold' });
    expect(check(before)?.dueOn).toBe('2027-02-12');
  });
  it('a baseline that turns out to be below ten ends it, also after it was raised', () => {
    const tale = enrolled().at('2027-02-12 09:00');
    const { followUpId } = check(tale)!;
    tale.act(
      {
        type: 'RecordAssessment',
        instrument: 'PHQ-9',
        items: [1, 1, 1, 1, 1, 1, 1, 1, 0],
        language: 'en',
        mode: 'interview',
        enteredBy: 'staff',
      },
      { occurredAt: '2027-01-04T14:30:00.000Z' },
    );
    expect(tale.story.baseline?.total).toBe(16);
    const corrects = tale.story.baseline!.revision;
    tale.act({
      type: 'CorrectAssessment',
      instrument: 'PHQ-9',
      items: [1, 1, 1, 1, 1, 1, 1, 1, 0],
      language: 'en',
      mode: 'interview',
      enteredBy: 'staff',
      corrects,
      reasonCode: 'entry-error',
    });
    expect(endOf(tale, followUpId)?.[0]).toBe('superseded');
    expect(check(tale)).toBeUndefined();
  });
});

describe('plan-review', () => {
  const reviews = (tale: Tale) => tale.open('plan-review').map(({ about: n, dueOn }) => [n, dueOn]);

  it('asks for a plan by day 14 and for a look at week 24: the queue a week before, the digest a week after', () => {
    const tale = enrolled();
    expect(reviews(tale)).toEqual([
      [1, '2027-01-19'],
      [3, '2027-06-21'],
    ]);
    expect(stepsOf(about(tale, 'plan-review', 1)[0]!)).toEqual([
      '2027-01-12 08:00 consult-queue',
      '2027-01-19 08:00 care-manager',
      '2027-01-26 08:00 digest',
    ]);
  });
  it('a first plan answers the question for one and is itself due for review after 84 days', () => {
    const tale = enrolled();
    const { followUpId } = about(tale, 'plan-review', 1)[0]!;
    tale.at('2027-01-06 10:00').act(plan());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'TreatmentPlanSet')]);
    expect(reviews(tale)).toEqual([
      [3, '2027-06-21'],
      [2, '2027-03-31'],
    ]);
    expect(afterUndoing(tale, followUpId).map(([, dueOn]) => dueOn)).toContain('2027-01-19');
  });
  it('a change of treatment begins the 84 days anew; a revision without one reviews the plan and begins none', () => {
    const tale = enrolled().act(plan());
    const first = about(tale, 'plan-review', 2)[0]!;
    tale.at('2027-02-01 10:00').act(plan());
    expect(endOf(tale, first.followUpId)).toEqual(['fulfilled', revisionOf(tale, 'TreatmentPlanRevised')]);
    expect(about(tale, 'plan-review', 2).map(({ dueOn }) => dueOn)).toEqual(['2027-04-26']);
    const { followUpId } = about(tale, 'plan-review', 2)[0]!;
    tale.at('2027-04-20 10:00').act(plan({ treatmentChanged: false }));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'TreatmentPlanRevised')]);
    expect(about(tale, 'plan-review', 2)).toEqual([]);
    expect(afterUndoing(tale, followUpId)).toContainEqual([again(followUpId), '2027-04-26']);
  });
  it('is met by "continue" with a reason, not by another decision, by going on stepping down, by a visit or advice', () => {
    const tale = enrolled().act(plan()).at('2027-04-01 10:00');
    const { followUpId } = about(tale, 'plan-review', 2)[0]!;
    for (const miss of [
      ...NEAR_MISSES,
      review({ decision: 'change' }),
      review({ subject: 'step-down' }),
      recommend(),
      visitWith(15),
    ])
      tale.at('2027-04-02 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(review({ subject: 'plan' }));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'CaseReviewed')]);
  });
  it.each([
    ['"continue"', review()],
    ['a revision that leaves the treatment', plan({ treatmentChanged: false })],
  ])('%s answers week twelve from the day it joins the queue, not in the weeks before', (_name, command) => {
    const tale = enrolled().act(plan());
    const { followUpId } = about(tale, 'plan-review', 2)[0]!;
    tale.at('2027-01-06 10:00').act(command).at('2027-03-21 10:00').act(command);
    expect(endOf(tale, followUpId)).toBeUndefined();
    expect(endOf(tale.at('2027-03-22 10:00').act(command), followUpId)?.[0]).toBe('fulfilled');
    expect(about(tale, 'plan-review', 2)).toEqual([]);
  });
  it('"continue" in the first week is no plan', () => {
    const tale = enrolled().at('2027-01-11 10:00').act(review());
    expect(about(tale, 'plan-review', 1)).toHaveLength(1);
    expect(about(tale.at('2027-01-12 10:00').act(review()), 'plan-review', 1)).toEqual([]);
  });
  it('week 24 is answered from day 154 on only', () => {
    const tale = enrolled().at('2027-06-06 10:00').act(review());
    expect(about(tale, 'plan-review', 3)).toHaveLength(1);
    expect(about(tale.at('2027-06-07 10:00').act(review()), 'plan-review', 3)).toEqual([]);
  });
  it('is owed no longer after a response or in relapse prevention; a lost response brings it back by its first date', () => {
    const tale = enrolled().act(plan()).at('2027-02-01 10:00').act(visitWith(8));
    expect(tale.open('plan-review')).toEqual([]);
    tale.at('2027-02-15 10:00').act(visitWith(13));
    expect(reviews(tale)).toEqual([
      [2, '2027-03-29'],
      [3, '2027-06-21'],
    ]);
    const { followUpId } = about(tale, 'plan-review', 2)[0]!;
    tale.act({ type: 'StartRelapsePrevention' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'RelapsePreventionStarted')]);
  });
  it('counts anew from the end of a hold; week 24 runs on', () => {
    const tale = enrolled().act(plan()).at('2027-02-01 10:00').act(hold());
    expect(tale.open('plan-review')).toEqual([]);
    expect(reviews(tale.at('2027-02-08 10:00').act({ type: 'EndHold' }))).toEqual([
      [2, '2027-05-03'],
      [3, '2027-06-21'],
    ]);
    const overdue = enrolled().act(plan()).at('2027-07-01 10:00').act(hold());
    overdue.at('2027-07-20 10:00').act({ type: 'EndHold' });
    expect(about(overdue, 'plan-review', 3).map(({ dueOn }) => dueOn)).toEqual(['2027-07-27']);
  });
  it('that was answered is not asked for again by a later hold', () => {
    const tale = enrolled().act(plan()).at('2027-03-29 10:00').act(review()).at('2027-04-05 10:00').act(hold());
    tale.at('2027-04-12 10:00').act({ type: 'EndHold' });
    expect(about(tale, 'plan-review', 2)).toEqual([]);
  });
});

describe('deterioration-review', () => {
  const worse = () => enrolled().at('2027-01-20 10:00').act(visitWith(21));

  it('five points above the best score joins the queue at once and is due within a week, with the supervisor', () => {
    const entry = worse().one('deterioration-review');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-27',
      ['2027-01-20 10:00 consult-queue', '2027-01-27 08:00 care-manager+supervisor'],
    ]);
    expect(enrolled().at('2027-01-20 10:00').act(visitWith(20)).open('deterioration-review')).toEqual([]);
  });
  it('counts from the best score, not only from the last, and rolls back', () => {
    const tale = enrolled().at('2027-01-18 10:00').act(visitWith(10)).at('2027-01-25 10:00').act(visitWith(13));
    expect(tale.open('deterioration-review')).toEqual([]);
    expect(tale.at('2027-02-08 10:00').act(visitWith(15)).one('deterioration-review').dueOn).toBe('2027-02-12');
  });
  it('takes four points of the GAD-7', () => {
    const tale = (rise: number) =>
      new Tale()
        .at('2027-01-04 09:00')
        .act(referral())
        .act({ type: 'EnrolPatient', primaryScale: 'GAD-7' })
        .act(anxious(10))
        .at('2027-01-20 10:00')
        .act(anxious(10 + rise))
        .open('deterioration-review').length;
    expect([tale(3), tale(4)]).toEqual([0, 1]);
  });
  it.each([
    ['a case review', review({ subject: 'deterioration', decision: 'change' })],
    ['written advice', recommend()],
  ])('is met by %s, not by a visit, a plan or a request; undoing that brings it back', (_name, command) => {
    const tale = worse();
    const { followUpId } = tale.one('deterioration-review');
    for (const miss of [...NEAR_MISSES, plan(), { type: 'RequestConsult', urgency: 'urgent' } as const, visitWith(21)])
      tale.at('2027-01-21 10:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(command);
    expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
    expect(tale.open('deterioration-review')).toEqual([]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-27']]);
  });
  it('what was decided upon does not alarm again until it rises from there', () => {
    const tale = worse().act(review()).at('2027-02-03 10:00').act(visitWith(22));
    expect(tale.open('deterioration-review')).toEqual([]);
    expect(
      tale
        .at('2027-02-17 10:00')
        .act(visitWith(26 - 2))
        .open('deterioration-review'),
    ).toEqual([]);
    const better = tale.at('2027-03-01 10:00').act(visitWith(14)).at('2027-03-15 10:00').act(visitWith(19));
    expect(better.open('deterioration-review')).toHaveLength(1);
  });
  it('a slow rise is seen though every score on the way was looked at in a weekly review', () => {
    const tale = enrolled().at('2027-01-18 10:00').act(visitWith(8)).act(review());
    tale.at('2027-01-25 10:00').act(visitWith(12)).act(review());
    expect(tale.at('2027-02-01 10:00').act(visitWith(13)).open('deterioration-review')).toHaveLength(1);
  });
  it('a decision that is entered late changes nothing about a score that came after it', () => {
    const tale = enrolled().at('2027-01-15 10:00').act(visitWith(18)).at('2027-01-20 10:00').act(visitWith(21));
    const { followUpId } = tale.one('deterioration-review');
    tale.at('2027-01-22 10:00').act(review(), { occurredAt: '2027-01-16T15:00:00.000Z' });
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(review());
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-27']]);
  });
  it('a decision taken before the score was known answers nothing', () => {
    const tale = enrolled().at('2027-01-22 10:00').act(review());
    tale.at('2027-01-25 10:00').act(visitWith(21), { occurredAt: '2027-01-20T15:00:00.000Z' });
    expect(tale.open('deterioration-review')).toHaveLength(1);
  });
  it('an earlier score that became known later takes its place, and gives it back when it is undone', () => {
    const tale = worse();
    const { followUpId } = tale.one('deterioration-review');
    tale.at('2027-01-21 10:00').act(phq9(22), { occurredAt: '2027-01-15T15:00:00.000Z' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AssessmentRecorded')]);
    expect(tale.one('deterioration-review').dueOn).toBe('2027-01-22');
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-27']]);
  });
  it('ends when the score is voided or corrected, citing what undid it', () => {
    const tale = worse();
    const { followUpId } = tale.one('deterioration-review');
    tale.wake().act({ type: 'VoidAct', revision: revisionOf(tale, 'AssessmentRecorded'), reasonCode: 'wrong-patient' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ActVoided')]);
  });
  it('is not asked in relapse prevention, where relapse-confirm is; and not again once the relapse is confirmed', () => {
    const tale = enrolled().at('2027-02-01 10:00').act(visitWith(3)).act({ type: 'StartRelapsePrevention' });
    tale.at('2027-02-22 10:00').act(visitWith(12));
    expect(tale.open('deterioration-review')).toEqual([]);
    expect(tale.open('relapse-confirm')).toHaveLength(1);
    tale.at('2027-02-23 10:00').act({ type: 'ConfirmRelapse', confirmed: true });
    expect(tale.open('deterioration-review')).toEqual([]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = worse().act(hold()).at('2027-02-02 10:00').act({ type: 'EndHold' });
    expect(tale.one('deterioration-review').dueOn).toBe('2027-02-09');
  });
});
