import { describe, expect, it } from '@jest/globals';
import { referral, Tale, tried, visit } from '../testing/tale.js';
import { afterUndoing, again, endOf, kindsOf, revisionOf, stepsOf } from './specs.js';

const referred = (over = {}): Tale => new Tale().at('2027-01-04 09:00').act(referral(over));

describe('first-outreach', () => {
  it('is due the next business day at 08:00 and goes to the supervisor a business day later', () => {
    const entry = referred().one('first-outreach');
    expect(entry.dueOn).toBe('2027-01-05');
    expect(stepsOf(entry)).toEqual(['2027-01-05 08:00 care-manager', '2027-01-06 08:00 supervisor']);
  });
  it('is due the same day when urgent, also on a Saturday, with the supervisor at close of business', () => {
    const entry = new Tale()
      .at('2027-01-09 10:00')
      .act(referral({ urgency: 'urgent' }))
      .one('first-outreach');
    expect(stepsOf(entry)).toEqual(['2027-01-09 08:00 care-manager', '2027-01-09 17:00 supervisor']);
  });
  it('asks the supervisor first while nobody is assigned, and is then on the list of whoever is', () => {
    const tale = referred({ careManager: undefined }).at('2027-01-05 12:00');
    tale.act({ type: 'AssignCareManager', careManager: 'cm-1' });
    expect(tale.raised('first-outreach').map(({ notify }) => notify)).toEqual([['care-manager', 'supervisor']]);
    expect(stepsOf(tale.one('first-outreach'))).toEqual(['2027-01-06 08:00 supervisor']);
  });
  it('is not met by a wrong number, but by an attempt', () => {
    const tale = referred().at('2027-01-04 11:00').act(tried('wrong-number'));
    const { followUpId } = tale.one('first-outreach');
    tale.at('2027-01-04 12:00').act(tried());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'OutreachAttempted')]);
  });
  it('is met by a warm hand-over that took place before the order was written', () => {
    const tale = referred().at('2027-01-04 09:30').act(visit(), { occurredAt: '2027-01-04T13:45:00.000Z' });
    expect(tale.open('first-outreach')).toEqual([]);
  });
  it('keeps both referrals when a repeat comes before anybody tried, and one attempt answers both', () => {
    const tale = referred()
      .at('2027-01-04 15:00')
      .act(referral({ urgency: 'safety' }));
    expect(tale.open('first-outreach').map(({ dueOn }) => dueOn)).toEqual(['2027-01-05', '2027-01-04']);
    expect(tale.at('2027-01-04 16:00').act(tried()).open('first-outreach')).toEqual([]);
  });
  it('stays urgent when a routine referral follows', () => {
    expect(referred({ urgency: 'safety' }).at('2027-01-04 15:00').act(referral()).story.urgency).toBe('safety');
  });
  it('is put aside by a hold and counted from its end', () => {
    const tale = referred().at('2027-01-04 12:00').act({ type: 'StartHold', reason: 'travel' });
    expect(tale.open().map(({ kind }) => kind)).toEqual(['hold-review']);
    expect(tale.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('first-outreach')).toMatchObject({
      dueOn: '2027-01-21',
      followUpId: expect.stringMatching(/:2$/),
    });
  });
});

describe('outreach-retry', () => {
  it('asks for a second, a third and a letter, each on another day, and names a late one in the digest', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    expect(stepsOf(tale.one('outreach-retry'))).toEqual(['2027-01-08 08:00 care-manager', '2027-01-13 08:00 digest']);
    tale.at('2027-01-08 14:00').act(tried());
    expect(tale.one('outreach-retry').dueOn).toBe('2027-01-14');
    tale.at('2027-01-14 14:00').act(tried());
    expect(tale.one('outreach-retry').dueOn).toBe('2027-01-15');
    tale.at('2027-01-15 09:00').act(tried());
    expect(tale.open('outreach-retry')).toHaveLength(1);
    expect(tale.act(tried('sent', 'letter')).open('outreach-retry')).toEqual([]);
  });
  it.each(['text', 'portal', 'letter'] as const)('a %s that was sent has reached nobody yet', (channel) => {
    const tale = referred({ urgency: 'urgent' }).at('2027-01-05 09:00').act(tried('sent', channel));
    expect(tale.one('outreach-retry').dueOn).toBe('2027-01-08');
    tale.at('2027-01-08 14:00').act(tried('sent', channel));
    expect(tale.one('outreach-retry').dueOn).toBe('2027-01-14');
    const first = tale.events.find(({ type }) => type === 'OutreachAttempted')!;
    expect(tale.one('close-unreached-referral').anchorRevision).toBe(first.revision);
  });
  it('a text is no letter; a letter as the last attempt is the letter', () => {
    const twice = (): Tale =>
      ['2027-01-05 09:00', '2027-01-08 14:00'].reduce((tale, when) => tale.at(when).act(tried()), referred());
    const called = twice().at('2027-01-14 18:00').act(tried());
    expect(called.act(tried('sent', 'text')).open('outreach-retry')).toHaveLength(1);
    expect(twice().at('2027-01-14 18:00').act(tried('sent', 'letter')).open('outreach-retry')).toEqual([]);
  });
  it('an attempt in vain before the order was written asks for the next one too', () => {
    const tale = referred().at('2027-01-04 09:30').act(tried(), { occurredAt: '2027-01-04T13:45:00.000Z' });
    expect(kindsOf(tale)).toEqual(['outreach-retry', 'close-unreached-referral']);
  });
  it('comes back by its first date when the attempt that met it is undone', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    const { followUpId } = tale.one('outreach-retry');
    for (const miss of [tried('wrong-number'), { type: 'AddNote', text: 'a note' } as const])
      tale.at('2027-01-06 09:00').act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(tried());
    expect(endOf(tale, followUpId)?.[0]).toBe('fulfilled');
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-08']]);
  });
  it('says what the attempts so far lack, until two parts of the day, weekdays and channels were tried', () => {
    const note = (tale: Tale) => tale.one('outreach-retry').ladder[0]!.note;
    const tale = referred().at('2027-01-05 09:00').act(tried());
    expect(note(tale)).toBe('only mornings, Tuesdays, by phone so far: try another time, day and channel');
    tale.at('2027-01-12 16:00').act(tried());
    expect(note(tale)).toBe('only Tuesdays, by phone so far: try another day and channel');
    tale.at('2027-01-18 18:00').act(tried('no-answer'));
    expect(note(tale)).toBe('letter or portal message; also try another channel');
  });
  it('tells an evening from an afternoon', () => {
    const tale = referred().at('2027-01-05 16:00').act(tried()).at('2027-01-08 17:00').act(tried());
    expect(tale.one('outreach-retry').ladder[0]!.note).toBe('only by phone so far: try another channel');
  });
  it('never says more than a step may hold', () => {
    for (const at of ['09:00', '14:00', '18:00'])
      for (const channel of ['phone', 'text', 'portal', 'email', 'in-person'] as const) {
        const tale = referred().at(`2027-01-06 ${at}`);
        tale.act({ type: 'RecordOutreachAttempt', purpose: 'referral', channel, outcome: 'no-answer' });
        expect(tale.one('outreach-retry').ladder[0]!.note!.length).toBeLessThanOrEqual(80);
      }
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried()).act({ type: 'StartHold', reason: 'travel' });
    expect(tale.open('outreach-retry')).toEqual([]);
    expect(tale.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('outreach-retry').dueOn).toBe('2027-01-25');
  });
  it('ends when the patient is reached', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    const { followUpId } = tale.one('outreach-retry');
    tale.at('2027-01-05 10:00').act(tried('reached'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'OutreachAttempted')]);
  });
});

describe('close-unreached-referral', () => {
  it('asks the supervisor with fewer than three attempts, and waits seven days after a letter', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    expect(stepsOf(tale.one('close-unreached-referral'))).toEqual([
      '2027-02-01 08:00 supervisor',
      '2027-02-08 08:00 supervisor',
    ]);
    tale.at('2027-01-29 09:00').act(tried('sent', 'letter'));
    expect(tale.one('close-unreached-referral').dueOn).toBe('2027-02-05');
  });
  it('proposes closing after three attempts spread over times, days and channels, and asks the supervisor otherwise', () => {
    const three = (...at: string[]): Tale => at.reduce((tale, when) => tale.at(when).act(tried()), referred());
    const first = (tale: Tale) => tale.one('close-unreached-referral').ladder[0];
    const mornings = three('2027-01-05 09:00', '2027-01-08 09:00', '2027-01-14 09:00');
    expect(first(mornings)).toMatchObject({
      notify: ['supervisor'],
      note: 'attempts too few or too alike to propose closing',
    });
    const spread = three('2027-01-05 09:00', '2027-01-08 16:00', '2027-01-14 09:00');
    expect(first(spread)?.notify).toEqual(['supervisor']);
    spread.at('2027-01-15 09:00').act(tried('sent', 'letter'));
    expect(first(spread)).toMatchObject({ notify: ['care-manager'], note: 'closing is proposed' });
    expect(stepsOf(spread.one('close-unreached-referral'))).toEqual([
      '2027-02-01 08:00 care-manager',
      '2027-02-08 08:00 supervisor',
    ]);
  });
  it('is not met by another attempt; ends when the patient is reached, and comes back when that is undone', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    const { followUpId } = tale.one('close-unreached-referral');
    tale.at('2027-01-08 09:00').act(tried());
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(tried('reached'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'OutreachAttempted')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-02-01']]);
  });
  it.each([
    ['unreached', 'fulfilled'],
    ['patient-declined', 'superseded'],
  ] as const)('closing as %s: %s', (reason, how) => {
    const tale = referred().at('2027-01-05 09:00').act(tried());
    const { followUpId } = tale.one('close-unreached-referral');
    tale.act({ type: 'CloseReferral', reason, channel: 'record' });
    expect(endOf(tale, followUpId)).toEqual([how, revisionOf(tale, 'ReferralClosed')]);
    expect(tale.open()).toEqual([]);
  });
});

describe('initial-assessment', () => {
  it('is due 14 days after the referral or five business days after reaching the patient, whichever is later', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried('reached'));
    expect(stepsOf(tale.one('initial-assessment'))).toEqual([
      '2027-01-19 08:00 care-manager',
      '2027-01-26 08:00 supervisor',
    ]);
    const { followUpId } = tale.one('initial-assessment');
    tale.at('2027-01-06 09:00').act(visit());
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act({ type: 'EnrolPatient' });
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'PatientEnrolled')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-19']]);
  });
  it('reached late, is due five business days after', () => {
    const tale = referred().at('2027-01-25 09:00').act(tried('reached'));
    expect(tale.one('initial-assessment').dueOn).toBe('2027-02-01');
  });
  it('ends with the referral, and a hold counts from its end', () => {
    const tale = referred().at('2027-01-05 09:00').act(tried('reached'));
    const { followUpId } = tale.one('initial-assessment');
    const held = referred().at('2027-01-05 09:00').act(tried('reached')).act({ type: 'StartHold', reason: 'travel' });
    expect(held.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('initial-assessment').dueOn).toBe('2027-02-03');
    tale.act({ type: 'CloseReferral', reason: 'not-eligible', channel: 'record' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ReferralClosed')]);
  });
});
