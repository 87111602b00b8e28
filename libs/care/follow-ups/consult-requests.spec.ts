import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, completed } from '../pathway/index.js';
import { policyWith, Tale, visit } from '../testing/tale.js';
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
} from './specs.js';

const request = (urgency: 'routine' | 'urgent' | 'safety') => ({ type: 'RequestConsult', urgency }) as const;
const asked = (urgency: 'routine' | 'urgent' | 'safety', tale = enrolled()): Tale =>
  tale.at('2027-03-05 10:00').act(request(urgency));
const answer = (said: 'accepted' | 'declined') =>
  ({ type: 'AnswerRecommendation', recommendation: 1, answer: said, reason: 'example reason' }) as const;
const declined = (over = {}): Tale =>
  enrolled().at('2027-03-01 10:00').act(recommend(over)).at('2027-03-02 10:00').act(answer('declined'));

describe('consult-request', () => {
  it.each(['urgent', 'safety'] as const)(
    'tells the queue of a request of the urgency %s at once, and the supervisor when nobody answered by the next business day',
    (urgency) => {
      const entry = asked(urgency).one('consult-request');
      expect([entry.dueOn, stepsOf(entry)]).toEqual([
        '2027-03-08',
        ['2027-03-05 10:00 consult-queue', '2027-03-08 08:00 consult-queue+care-manager+supervisor'],
      ]);
    },
  );
  it('gives a routine request a week, without the supervisor', () => {
    const entry = asked('routine').one('consult-request');
    expect([entry.dueOn, stepsOf(entry)]).toEqual(['2027-03-12', ['2027-03-12 08:00 consult-queue+care-manager']]);
  });
  it('opens before enrolment too', () => {
    const tale = new Tale().at('2027-03-01 09:00');
    tale.act({
      type: 'ReferPatient',
      patientId: '00000000-0000-4000-8000-000000000001',
      ordinal: 1,
      site: 'main',
      zone: 'America/New_York',
      referredBy: 'pcp-1',
      urgency: 'routine',
    });
    expect(asked('urgent', tale).one('consult-request').dueOn).toBe('2027-03-08');
  });
  it.each([recommend(), recommend({ to: 'care-manager' }), review(), review({ decision: 'change', subject: 'plan' })])(
    'is met by advice or a review of the treatment, not by a visit, a message or a review of something else',
    (said) => {
      const tale = asked('urgent');
      const { followUpId } = tale.one('consult-request');
      const others = [
        review({ subject: 'episode-length' }),
        review({ subject: 'step-down' }),
        review({ decision: 'consult' }),
      ];
      for (const miss of [...NEAR_MISSES, visit(), ...others]) tale.at('2027-03-05 11:00').act(miss);
      expect(endOf(tale, followUpId)).toBeUndefined();
      tale.at('2027-03-06 10:00').act(said);
      expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
      expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-08']]);
    },
  );
  it('advice given before the request, and advice that was taken back, answer nothing', () => {
    const before = enrolled().at('2027-03-05 09:00').act(recommend());
    expect(asked('urgent', before).open('consult-request')).toHaveLength(1);
    const takenBack = asked('urgent').act(recommend()).act({ type: 'WithdrawRecommendation', recommendation: 1 });
    expect(takenBack.open('consult-request')).toHaveLength(1);
  });
  it('ends when the request is undone', () => {
    const tale = asked('safety');
    const { followUpId } = tale.one('consult-request');
    tale.act({ type: 'VoidAct', revision: revisionOf(tale, 'ConsultRequested'), reasonCode: 'entered-in-error' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ActVoided')]);
  });
  it('goes on through a hold', () => {
    expect(asked('urgent').act(hold()).one('consult-request').dueOn).toBe('2027-03-08');
  });

  it('gives declined advice back to the consultant at once; a week for an answer, a business day when it was urgent', () => {
    const entry = declined().one('consult-request');
    expect([entry.dueOn, entry.about, stepsOf(entry)]).toEqual([
      '2027-03-09',
      1,
      ['2027-03-02 10:00 consult-queue', '2027-03-09 08:00 consult-queue+care-manager'],
    ]);
    const urgent = declined({ urgency: 'urgent' }).one('consult-request');
    expect([urgent.dueOn, stepsOf(urgent)]).toEqual([
      '2027-03-03',
      ['2027-03-02 10:00 consult-queue', '2027-03-03 08:00 consult-queue+care-manager+supervisor'],
    ]);
    expect(enrolled().at('2027-03-01 10:00').act(recommend()).act(answer('accepted')).open('consult-request')).toEqual(
      [],
    );
  });
  it.each([
    [recommend({ replaces: 1 }), 'fulfilled'],
    [review(), 'fulfilled'],
    [{ type: 'WithdrawRecommendation', recommendation: 1 } as const, 'superseded'],
    [answer('accepted'), 'superseded'],
  ])('is the consultant’s until it is replaced, reviewed, withdrawn or accepted after all: %j', (command, how) => {
    const tale = declined();
    const { followUpId } = tale.one('consult-request');
    tale.at('2027-03-04 10:00').act(command);
    expect(endOf(tale, followUpId)?.[0]).toBe(how);
    expect(tale.open('consult-request')).toEqual([]);
  });

  it('follows a pathway that was adopted before these numbers were known, with ours', () => {
    const known = Object.entries(DEFAULT_PATHWAY.parameters).filter(
      ([key]) => !key.startsWith('consult-request.') && key !== 'recommendation.action.urgent',
    );
    const before = { ...DEFAULT_PATHWAY, parameters: Object.fromEntries(known) };
    const tale = new Tale(policyWith(completed(before)));
    expect(asked('urgent', enrolled(16, tale)).one('consult-request').dueOn).toBe('2027-03-08');
    tale.act(recommend({ to: 'care-manager', urgency: 'urgent' }));
    expect(tale.one('recommendation-action').dueOn).toBe('2027-03-08');
  });
});
