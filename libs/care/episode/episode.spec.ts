import { describe, expect, it } from '@jest/globals';
import { phq9, referral, spread, Tale, tried, visit } from '../testing/tale.js';
import { EPISODE_COMMANDS } from './commands.js';

const enrolled = (at = '2027-01-04 09:00', score = 16): Tale =>
  new Tale()
    .at('2027-01-04 08:30')
    .act(referral())
    .at(at)
    .act({ type: 'EnrolPatient' })
    .act(
      visit({
        assessments: [
          { instrument: 'PHQ-9', items: spread(score), language: 'en', mode: 'interview', enteredBy: 'staff' },
        ],
      }),
    );

describe('scenario 2: a live item 9 with its review in the same visit, then another positive', () => {
  it('opens and fulfils silently; the later portal answer opens one new review, due that day', () => {
    const tale = enrolled().at('2027-03-09 10:00');
    const items = spread(12);
    items[8] = 1;
    tale.act(
      visit({
        assessments: [{ instrument: 'PHQ-9', items, language: 'en', mode: 'interview', enteredBy: 'staff' }],
        safetyReview: { outcome: 'assessed', level: 'low', tool: 'clinical-interview' },
      }),
    );
    expect(tale.open('safety-review')).toEqual([]);
    expect(tale.raised('safety-review')).toEqual([]);
    expect(
      tale.events.filter((e) => e.type === 'FollowUpFulfilled' && e.facts.followUpId.startsWith('safety-review')),
    ).toHaveLength(1);
    expect(tale.one('risk-reassessment').dueOn).toBe('2027-04-08');
    tale.at('2027-03-09 16:00').act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 2], { mode: 'portal', enteredBy: 'patient' }));
    expect(tale.one('safety-review').dueOn).toBe('2027-03-09');
    tale.wake();
    expect(tale.raised('safety-review').map((r) => r.notify)).toEqual([['care-manager']]);
  });
});

describe('scenario 3: a Friday referral before a holiday', () => {
  it('is due Tuesday; two voicemails are one attempt; a repeat with urgency safety is due the same day', () => {
    const tale = new Tale().at('2027-02-12 17:40').act(referral());
    expect(tale.one('first-outreach').dueOn).toBe('2027-02-16');
    tale.at('2027-02-16 09:00').act(tried()).at('2027-02-16 09:05').act(tried());
    expect(tale.open('first-outreach')).toEqual([]);
    expect(tale.open('outreach-retry')).toHaveLength(1);
    expect(tale.one('outreach-retry').dueOn).toBe('2027-02-19');
    tale.at('2027-02-17 11:00').act(referral({ urgency: 'safety' }));
    expect(tale.one('first-outreach').dueOn).toBe('2027-02-17');
    expect(tale.events.filter((e) => e.type === 'ReferralRepeated')).toHaveLength(1);
  });
});

describe('scenario 4: the monthly floor', () => {
  it('makes a contact and a PHQ-9 of 29 January due on 26 February in relapse prevention', () => {
    const tale = enrolled('2026-12-01 09:00', 14);
    tale
      .at('2027-01-15 10:00')
      .act({ type: 'StartRelapsePrevention' })
      .at('2027-01-29 10:00')
      .act(
        visit({
          assessments: [
            { instrument: 'PHQ-9', items: spread(3), language: 'en', mode: 'interview', enteredBy: 'staff' },
          ],
        }),
      );
    expect(tale.one('contact').dueOn).toBe('2027-02-26');
    expect(tale.one('reassessment').dueOn).toBe('2027-02-26');
  });
});

describe('scenario 5: no contact', () => {
  const quiet = (): Tale => {
    const tale = new Tale().at('2026-11-02 08:30').act(referral()).at('2026-11-02 09:00').act({ type: 'EnrolPatient' });
    return tale.at('2026-12-01 10:00').act(visit()).at('2026-12-20 10:00').act(tried('left-message'));
  };
  it('warns on 31 December, acts on Monday 1 February, proposes discharge on 1 March', () => {
    const tale = quiet();
    expect(tale.one('no-contact').dueOn).toBe('2026-12-31');
    tale.at('2027-03-01 09:00');
    const steps = tale.one('no-contact').ladder;
    expect(steps.find((s) => s.note?.includes('provider'))?.at).toBe('2027-02-01T13:00:00.000Z');
    expect(steps.find((s) => s.note?.includes('discharge'))?.at).toBe('2027-03-01T13:00:00.000Z');
    expect(tale.raised('no-contact').at(-1)?.at).toBe('2027-03-01T13:00:00.000Z');
  });
  it('a call on 26 February leaves no proposal', () => {
    const tale = quiet().at('2027-02-26 10:00').act(visit()).at('2027-03-05 10:00');
    expect(tale.raised('no-contact').some((r) => r.at.startsWith('2027-03-01'))).toBe(false);
  });
  it('with a high risk it is never proposed', () => {
    const tale = quiet();
    tale.act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' }).at('2027-06-01 10:00');
    expect(tale.one('no-contact').ladder.some((s) => s.note?.includes('discharge'))).toBe(false);
  });
});

describe('scenario 1: a portal PHQ-9 on Friday evening with items missing', () => {
  it('has no total; on-call is told at once and after an hour, the supervisor after four, all on Saturday morning', () => {
    const tale = enrolled()
      .at('2027-03-05 18:40')
      .act(phq9([null, null, null, null, 1, 0, 0, 0, 1], { mode: 'portal', enteredBy: 'patient' }))
      .wake();
    expect(tale.story.scales.at(-1)?.total).toBeNull();
    expect(tale.one('safety-review').dueOn).toBe('2027-03-05');
    tale.at('2027-03-05 20:00').act(tried('left-message')).act({ type: 'AddNote', text: 'tried to call' });
    tale.at('2027-03-06 08:00');
    expect(tale.raised('safety-review').map(({ at, notify }) => [at, notify])).toEqual([
      ['2027-03-05T23:40:00.000Z', ['on-call']],
      ['2027-03-06T00:40:00.000Z', ['on-call']],
      ['2027-03-06T03:40:00.000Z', ['supervisor']],
      ['2027-03-06T13:00:00.000Z', ['supervisor', 'psychiatric-consultant', 'provider']],
    ]);
  });
});

describe('non-response', () => {
  it('goes on the consult queue at day 56 and is due by day 84; a recommendation fulfils it', () => {
    const tale = enrolled()
      .at('2027-02-15 10:00')
      .act(
        visit({
          assessments: [
            { instrument: 'PHQ-9', items: spread(14), language: 'en', mode: 'interview', enteredBy: 'staff' },
          ],
        }),
      )
      .at('2027-03-01 08:00');
    expect(tale.one('non-response-consult').dueOn).toBe('2027-03-29');
    expect(tale.raised('non-response-consult')[0]).toMatchObject({
      at: '2027-03-01T13:00:00.000Z',
      notify: ['consult-queue', 'care-manager'],
    });
    tale.act(
      { type: 'IssueRecommendation', text: 'x', urgency: 'routine', to: 'provider' },
      { role: 'psychiatric-consultant', actor: 'user:psy-1' },
    );
    expect(tale.open('non-response-consult')).toEqual([]);
    expect(tale.one('recommendation-answer').dueOn).toBe('2027-03-08');
    tale.act({ type: 'AnswerRecommendation', recommendation: 1, answer: 'accepted' });
    expect(tale.one('recommendation-action').about).toBe(1);
    tale.act({ type: 'SetTreatmentPlan', treatmentChanged: true, recommendation: 1 });
    expect(tale.open('recommendation-action')).toEqual([]);
  });
  it('a response supersedes it; losing the response reopens it with the original date', () => {
    const tale = enrolled().at('2027-02-15 10:00').act(phq9(8));
    expect(tale.open('non-response-consult')).toEqual([]);
    tale.at('2027-03-10 10:00').act(phq9(15));
    expect(tale.one('non-response-consult')).toMatchObject({
      dueOn: '2027-03-29',
      followUpId: expect.stringMatching(/:2$/),
    });
  });
});

describe('undoing', () => {
  it('voiding the contact that fulfilled a follow-up reopens it with the original date', () => {
    const tale = enrolled();
    const due = tale.one('contact').dueOn;
    tale
      .at('2027-01-12 10:00')
      .act({ type: 'RecordContact', kind: 'treatment', withWhom: 'patient', modality: 'phone', twoWay: true });
    const entry = tale.events.findLast((e) => e.type === 'ContactRecorded')!;
    expect(tale.one('contact').dueOn).not.toBe(due);
    tale.act({ type: 'VoidAct', revision: entry.revision, reasonCode: 'wrong-patient' });
    expect(tale.one('contact')).toMatchObject({ dueOn: due, followUpId: expect.stringMatching(/:2$/) });
  });
  it('a voided item-9 answer leaves its review open until a person says so', () => {
    const tale = enrolled()
      .at('2027-01-12 10:00')
      .act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 1]));
    const entry = tale.events.findLast((e) => e.type === 'AssessmentRecorded')!;
    tale.act({ type: 'VoidAct', revision: entry.revision, reasonCode: 'wrong-patient' });
    expect(tale.open('safety-review')).toHaveLength(1);
    tale.act({ type: 'RecordSafetyReview', outcome: 'trigger-withdrawn', level: 'none', tool: 'other' });
    expect(tale.open('safety-review')).toEqual([]);
  });
});

describe('ending', () => {
  it('discharge is refused while a safety review is open, and then supersedes everything', () => {
    const tale = enrolled()
      .at('2027-01-12 10:00')
      .act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 1]));
    expect(tale.attempt({ type: 'DischargePatient', reason: 'withdrew', channel: 'record' })?.code).toBe(
      'safety-review-open',
    );
    tale
      .act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'none', tool: 'c-ssrs' })
      .act({ type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
    expect(tale.open()).toEqual([]);
    tale.at('2027-02-01 10:00').act(phq9([0, 0, 0, 0, 0, 0, 0, 0, 2], { mode: 'portal', enteredBy: 'patient' }));
    expect(tale.open('safety-review')).toHaveLength(1);
  });
  it('a hold mutes what is routine and derives it afresh at its end', () => {
    const tale = enrolled().at('2027-01-08 10:00').act({ type: 'StartHold', reason: 'inpatient' });
    expect(
      tale
        .open()
        .map((e) => e.kind)
        .sort(),
    ).toEqual(['hold-review', 'non-response-consult']);
    tale.at('2027-02-20 10:00').act({ type: 'EndHold' });
    expect(tale.one('contact').dueOn).toBe('2027-03-08');
    expect(tale.one('reassessment').dueOn).toBe('2027-03-08');
  });
});

describe('a mistyped year', () => {
  it.each([
    { type: 'PlanTask', dueOn: '0202-01-04', text: 'call' },
    { type: 'BookAppointment', on: '0976-01-04' },
    { type: 'ReportAcuteCare', kind: 'discharge', on: '1027-01-04' },
  ])('is no date of an act: $type', (command) => {
    const schema = EPISODE_COMMANDS[command.type as 'PlanTask'];
    const { type: _type, ...body } = command;
    expect(schema.safeParse(body).success).toBe(false);
    const [[member]] = Object.entries(body).filter(([, value]) => /^\d{4}-/.test(value)) as [[string, string]];
    expect(schema.safeParse({ ...body, [member]: '1927-01-04' }).success).toBe(true);
  });
  it('is no time of an act', () => {
    const tale = enrolled();
    const when = (occurredAt: string) => tale.attempt({ type: 'AddNote', text: 'a note' }, { occurredAt })?.code;
    expect([when('0027-01-04T15:00:00.000Z'), when('1927-01-04T15:00:00.000Z')]).toEqual([
      'occurred-too-early',
      undefined,
    ]);
  });
});
