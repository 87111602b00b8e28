import { describe, expect, it } from '@jest/globals';
import { EPISODE_EVENT_TYPES, FOLLOW_UP_KINDS, type FollowUpKind } from '#care';
import { tellTimeline } from '../timeline/tell-timeline.js';
import { sentenceOf } from './acts.js';
import { classOf, classRank } from './classes.js';
import { titleOf, whatCloses, whatSupersedes, whyItExists, type Reason } from './follow-ups.js';
import { RULES } from './rules.js';

/** Every kind as it reads ten days after the fact, and by which numbers; where a kind has several forms, each of them. */
const SENTENCES: readonly (readonly [FollowUpKind, Partial<Reason>, string])[] = [
  [
    'safety-review',
    {},
    'Safety assessment due 14 Mar, the day the concern became known: what raised it happened 10 days ago, 4 Mar',
  ],
  [
    'post-discharge-contact',
    { about: 1, numbers: { 'post-discharge.first': 7 } },
    'Contact due by 14 Mar after a stay in a facility: its discharge was reported 10 days ago, 4 Mar; your pathway asks for one within 7 days of the discharge, not on its day',
  ],
  [
    'post-discharge-contact',
    { about: 2, numbers: { 'post-discharge.second': 30 } },
    'Second contact due by 14 Mar after a stay in a facility: its discharge was reported 10 days ago, 4 Mar; your pathway asks for one within 30 days of the discharge',
  ],
  [
    'risk-reassessment',
    {},
    'Risk to be assessed again by 14 Mar: the last safety review was 10 days ago, 4 Mar; how soon depends on the level it found',
  ],
  [
    'risk-consult',
    {},
    'Consult on risk due 14 Mar: the safety review was 10 days ago, 4 Mar; how soon depends on the level it found',
  ],
  [
    'relapse-confirm',
    { numbers: { 'relapse.confirm': 14 } },
    'Possible relapse to be confirmed or ruled out by 14 Mar: the PHQ-9 alarmed 10 days ago, 4 Mar; your pathway allows 14 days',
  ],
  [
    'deterioration-review',
    { numbers: { 'deterioration.due': 7 } },
    'Review due by 14 Mar: the PHQ-9 got clearly worse 10 days ago, 4 Mar; your pathway allows 7 days',
  ],
  [
    'consult-request',
    { numbers: { 'consult-request.urgent': 1 } },
    'Answer of the consultant due 14 Mar: a consult was asked for 10 days ago, 4 Mar; your pathway allows 1 business day',
  ],
  [
    'consult-request',
    { anchorType: 'RecommendationAnswered', numbers: { 'consult-request.due': 7 } },
    'Answer of the consultant due 14 Mar: a recommendation was declined 10 days ago, 4 Mar; your pathway allows 7 days',
  ],
  [
    'non-response-consult',
    { numbers: { 'non-response.due': 84 } },
    'Recommendation due by 14 Mar: no lasting response yet since enrolment 10 days ago, 4 Mar; your pathway asks for one by day 84',
  ],
  [
    'consult-repeat',
    { numbers: { 'consult-repeat.every': 60 } },
    'New recommendation due by 14 Mar: no lasting improvement yet, and the last recommendation was 10 days ago, 4 Mar; your pathway asks for one every 60 days',
  ],
  [
    'recommendation-answer',
    { numbers: { 'recommendation.answer': 7 } },
    'Answer due 14 Mar: the recommendation was written 10 days ago, 4 Mar; your pathway allows 7 days',
  ],
  [
    'recommendation-answer',
    { numbers: { 'recommendation.answer.urgent': 1 } },
    'Answer due 14 Mar: the recommendation was written 10 days ago, 4 Mar; your pathway allows 1 business day',
  ],
  [
    'recommendation-action',
    { numbers: { 'recommendation.action': 14 } },
    'Recommendation to be in the plan by 14 Mar: it was accepted 10 days ago, 4 Mar; your pathway allows 14 days',
  ],
  [
    'recommendation-action',
    { anchorType: 'ConsultRecommendationIssued', numbers: { 'recommendation.action.urgent': 1 } },
    'Recommendation to be in the plan by 14 Mar: it was written for the care manager 10 days ago, 4 Mar; your pathway allows 1 business day',
  ],
  [
    'first-outreach',
    { numbers: { 'referral.first-outreach': 1 } },
    'First call due 14 Mar: referred 10 days ago, 4 Mar, not called yet; your pathway asks for a call within 1 business day',
  ],
  [
    'first-outreach',
    { anchorType: 'ReferralRepeated', numbers: { 'repeat.every': 7 } },
    'First call due 14 Mar: referred again 10 days ago, 4 Mar, not called yet; an urgent referral is called the same day',
  ],
  [
    'outreach-retry',
    { numbers: { 'outreach.second-attempt': 3 } },
    'Next attempt due 14 Mar: nobody was reached 10 days ago, 4 Mar; your pathway asks for another after 3 business days',
  ],
  [
    'outreach-retry',
    { numbers: { 'outreach.letter': 1 } },
    'Letter or portal message due 14 Mar: again nobody was reached 10 days ago, 4 Mar; your pathway asks for it after 1 business day',
  ],
  [
    'close-unreached-referral',
    { numbers: { 'outreach.close': 28 } },
    'Closing to be decided by 14 Mar: not reached yet, the first attempt was 10 days ago, 4 Mar; your pathway asks 28 days after the referral',
  ],
  [
    'initial-assessment',
    { numbers: { 'assessment.initial': 14, 'assessment.initial.after-reached': 5 } },
    'Initial assessment due 14 Mar: reached 10 days ago, 4 Mar, not enrolled yet; your pathway asks for it 14 days after the referral and 5 business days after reaching the patient',
  ],
  [
    'missed-appointment',
    { numbers: { 'missed-appointment.due': 1 } },
    'Call due 14 Mar: an appointment was missed 10 days ago, 4 Mar; your pathway asks for a call within 1 business day',
  ],
  [
    'no-contact',
    { numbers: { 'no-contact.warn': 30 } },
    'No contact, to be sought from 14 Mar: the last one was 10 days ago, 4 Mar; your pathway searches after 30 days',
  ],
  [
    'no-contact',
    { anchorType: 'PatientEnrolled', numbers: { 'no-contact.warn': 30 } },
    'No contact, to be sought from 14 Mar: none yet since enrolment 10 days ago, 4 Mar; your pathway searches after 30 days',
  ],
  [
    'result-review',
    { numbers: { 'result-review.due': 1 } },
    'Result to be looked at by 14 Mar: it came in 10 days ago, 4 Mar, not entered by staff; your pathway allows 1 business day',
  ],
  [
    'early-response-check',
    { about: 1, numbers: { 'early-response.from': 28, 'early-response.due': 42 } },
    'PHQ-9 due by 14 Mar to see whether treatment begins to work: the baseline was 10 days ago, 4 Mar; your pathway looks between day 28 and day 42',
  ],
  [
    'early-response-check',
    { about: 2, numbers: { 'early-response.queue': 7 } },
    'Early response to be discussed by 14 Mar: the PHQ-9 fell too little 10 days ago, 4 Mar; your pathway allows 7 days',
  ],
  [
    'plan-review',
    { about: 1, numbers: { 'plan-review.first': 14 } },
    'Plan review due 14 Mar: no treatment plan yet, enrolled 10 days ago, 4 Mar; your pathway asks for one by day 14',
  ],
  [
    'plan-review',
    { about: 2, numbers: { 'plan-review.change': 84 } },
    'Plan review due 14 Mar: the treatment began or changed 10 days ago, 4 Mar; your pathway asks for a review after 84 days without a response',
  ],
  [
    'plan-review',
    { about: 3, numbers: { 'plan-review.long': 168 } },
    'Plan review due 14 Mar: no lasting response yet since enrolment 10 days ago, 4 Mar; your pathway asks for a decision by day 168',
  ],
  ['appointment', {}, 'Appointment on 14 Mar: booked 10 days ago, 4 Mar; its outcome is asked for that day'],
  [
    'appointment',
    { anchorType: 'AppointmentRescheduled' },
    'Appointment on 14 Mar: moved 10 days ago, 4 Mar; its outcome is asked for that day',
  ],
  [
    'contact',
    { numbers: { 'contact.acute': 10 } },
    'Contact due 14 Mar: the last one was 10 days ago, 4 Mar; your pathway asks for one every 10 days',
  ],
  [
    'contact',
    { anchorType: 'PatientEnrolled', numbers: { 'contact.acute': 14, 'plan.contactEvery': 10 } },
    'Contact due 14 Mar: enrolled 10 days ago, 4 Mar; the treatment plan asks for one every 10 days',
  ],
  [
    'contact',
    { numbers: { 'contact.relapse-prevention': 30 } },
    'Contact due 14 Mar: the last one was 10 days ago, 4 Mar; your pathway asks for one every 30 days, and for one in the month after',
  ],
  [
    'reassessment',
    { numbers: { 'reassessment.acute': 10 } },
    'PHQ-9 due 14 Mar: the last one was 10 days ago, 4 Mar; your pathway asks for one every 10 days',
  ],
  [
    'reassessment',
    { numbers: { 'baseline.window': 14 } },
    'PHQ-9 due 14 Mar: no baseline yet, enrolled 10 days ago, 4 Mar; your pathway asks for one within 14 days',
  ],
  [
    'reassessment',
    { numbers: { 'reassessment.after-declined': 14 } },
    'PHQ-9 due 14 Mar: the patient declined it 10 days ago, 4 Mar; your pathway asks again after 14 days',
  ],
  [
    'step-down-review',
    { numbers: { 'step-down.due': 7 } },
    'Stepping down to be decided by 14 Mar: the PHQ-9 was low enough again 10 days ago, 4 Mar; your pathway allows 7 days',
  ],
  [
    'relapse-plan',
    { numbers: { 'relapse-plan.due': 30 } },
    'Relapse prevention plan due 14 Mar: in relapse prevention since the step down 10 days ago, 4 Mar; your pathway asks for it within 30 days',
  ],
  [
    'hold-review',
    { numbers: { 'hold.review': 7 } },
    'Hold to be looked at by 14 Mar: it began 10 days ago, 4 Mar; your pathway asks for a look every 7 days',
  ],
  [
    'resource-loop',
    { numbers: { 'resource.due': 30 } },
    'Outcome of a resource connection due 14 Mar: connected 10 days ago, 4 Mar; your pathway asks what became of it after 30 days',
  ],
  [
    'resource-loop',
    { anchorType: 'ResourceConnectionClosed', numbers: { 'resource.due': 30 } },
    'Outcome of a resource connection due 14 Mar: on a waiting list, as was said 10 days ago, 4 Mar; your pathway asks what became of it after 30 days',
  ],
  [
    'transfer-acknowledgement',
    { numbers: { 'transfer.acknowledge': 1 } },
    'Transfer to be acknowledged by 14 Mar: transferred 10 days ago, 4 Mar; your pathway allows 1 business day',
  ],
  ['planned-task', {}, 'Planned task due 14 Mar: planned 10 days ago, 4 Mar; the day was named by whoever planned it'],
  [
    'episode-review',
    { numbers: { 'review.dead-man': 30 } },
    'Case to be looked at by 14 Mar: nothing else is owed after what was recorded 10 days ago, 4 Mar; your pathway asks for a look after 30 days',
  ],
  [
    'episode-review',
    { about: 6 },
    'Review of the whole episode due 14 Mar: enrolled 10 days ago, 4 Mar; your pathway asks for one after 6 months',
  ],
];
const reason = (kind: FollowUpKind, over: Partial<Reason> = {}): Reason => ({
  kind,
  anchorOn: '2027-03-04',
  dueOn: '2027-03-14',
  scale: 'PHQ-9',
  ...over,
});

describe('why a follow-up exists', () => {
  it.each(SENTENCES)('%s %j', (kind, over, sentence) => {
    expect(whyItExists(reason(kind, over), '2027-03-14')).toBe(sentence);
  });
  it('says of what has ended nothing that was not done yet', () => {
    for (const [kind, more, sentence] of SENTENCES) {
      const ended = whyItExists({ ...reason(kind, more), ended: true }, '2027-03-14');
      expect(ended).not.toContain(' yet');
      if (!sentence.includes(' yet')) expect(ended).toBe(sentence);
    }
  });
  it('is said of every kind, and of no two in the same words', () => {
    expect([...new Set(SENTENCES.map(([kind]) => kind))].toSorted()).toEqual([...FOLLOW_UP_KINDS].toSorted());
    const bare = FOLLOW_UP_KINDS.map((kind) => whyItExists(reason(kind, { scale: null }), '2027-03-14'));
    expect(new Set(bare).size).toBe(FOLLOW_UP_KINDS.length);
  });
  it.each(FOLLOW_UP_KINDS)('%s is whole without its anchor, its numbers, and today', (kind) => {
    for (const anchorOn of [null, '2027-03-14'])
      expect(whyItExists({ kind, anchorOn, dueOn: '2027-03-14' })).not.toMatch(
        /undefined|null|NaN|[:;] ?[:;]|[:;] ?$| {2}/,
      );
  });
  it('reckons from today, and names the year only when it is another one, or nobody knows today', () => {
    const last = reason('reassessment', { anchorOn: '2026-12-20', dueOn: '2027-01-03' });
    const on = (today?: string): string => whyItExists(last, today);
    expect(on('2026-12-20')).toBe('PHQ-9 due 3 Jan 2027: the last one was today, 20 Dec');
    expect(on('2026-12-21')).toBe('PHQ-9 due 3 Jan 2027: the last one was yesterday, 20 Dec');
    expect(on('2027-01-03')).toBe('PHQ-9 due 3 Jan: the last one was 14 days ago, 20 Dec 2026');
    expect(on()).toBe('PHQ-9 due 3 Jan 2027: the last one was on 20 Dec 2026');
  });
});

describe('what ends a follow-up', () => {
  it.each(FOLLOW_UP_KINDS)('%s: a title, a source and what closes it, every number spelled out', (kind) => {
    expect(titleOf(kind)).toMatch(/^[A-Z]/);
    expect(RULES[kind].source.length).toBeGreaterThan(0);
    expect(whatCloses(kind).length).toBeGreaterThan(5);
    expect(`${whatCloses(kind)} ${whatSupersedes(kind)}`).not.toMatch(/[{}]|undefined/);
  });
  it('goes by the numbers it was derived with, not by ours', () => {
    expect(whatCloses('non-response-consult')).toContain('from 49 days after enrolment on');
    expect(whatCloses('non-response-consult', { 'non-response.counts-from': 42 })).toContain('from 42 days');
    expect(whatSupersedes('non-response-consult', { 'elevated.from': 10 })).toContain('below 10 points');
  });
});

describe('the classes', () => {
  it('follow the order in which the kinds are declared', () => {
    const ranks = FOLLOW_UP_KINDS.map((kind) => classRank(classOf(kind)));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });
});

describe('the sentences of the timeline', () => {
  it('exist for every event type', () => {
    const names = EPISODE_EVENT_TYPES.map(({ type }) => type);
    const bare = {
      followUpId: 'contact:1:1',
      kind: 'contact',
      notify: ['care-manager'],
      at: '',
      on: '',
      until: '2027-01-01T00:00:00.000Z',
      dueOn: '2027-01-01',
      reason: 'x',
      outcome: 'x',
      channel: 'x',
      purpose: 'x',
      completeness: 'x',
      reasonCode: 'x',
      cause: 'x',
      tool: 'x',
      withWhom: 'x',
      modality: 'x',
      to: 'x',
      answer: 'x',
      subject: 'x',
      decision: 'x',
      about: 'x',
      activity: 'x',
      flag: 'x',
      pathway: 'x',
      enrolledOn: '2027-01-01',
    };
    for (const type of names) expect(sentenceOf({ type, facts: bare as never })).not.toBe(type);
  });

  it('name ways and numbers as people do', () => {
    const attempt = { channel: 'in-person', localTime: '10:00', outcome: 'no-answer' };
    expect(sentenceOf({ type: 'OutreachAttempted', facts: attempt as never })).toBe(
      'Outreach in person at 10:00: no answer',
    );
    const time = { seconds: 60, activity: 'review', on: '2027-03-04' };
    expect(sentenceOf({ type: 'TimeLogged', facts: time as never })).toBe('1 minute logged for review on 4 Mar');
  });

  it('name the day of the site until which something was put off', () => {
    const followUpId = 'contact:1:1';
    const opening = { followUpId, kind: 'contact', anchorRevision: 1, dueOn: '2027-03-08', zone: 'Pacific/Guam' };
    const snooze = { followUpId, until: '2027-03-09T22:00:00.000Z', reason: 'patient-asked' };
    const events = [
      { type: 'FollowUpOpened', revision: 2, facts: opening },
      { type: 'FollowUpSnoozed', revision: 3, facts: snooze },
    ];
    const told = tellTimeline(events as never);
    expect(told[1]?.sentence).toContain('put off until 10 Mar');
  });

  it('name a type of a later version', () => {
    expect(sentenceOf({ type: 'SomethingNew' as never, facts: {} as never })).toBe('SomethingNew');
  });
});
