import { describe, expect, it } from '@jest/globals';
import { atLocal, localTime } from '../calendar/index.js';
import type { CommandOf } from '../episode/commands.js';
import type { Policy } from '../episode/context.js';
import { DEFAULT_POLICY, phq9, referral, Tale, visit } from '../testing/tale.js';
import {
  afterUndoing,
  again,
  endOf,
  enrolled,
  hold,
  idOf,
  kindsOf,
  NEAR_MISSES,
  review,
  revisionOf,
  stepsOf,
  visitWith,
} from './specs.js';

const stepDown = { type: 'StartRelapsePrevention' } as const;
const relapsePlan = (patientHasCopy = true) => ({ type: 'CompleteRelapsePlan', patientHasCopy }) as const;
const confirm = (confirmed: boolean) => ({ type: 'ConfirmRelapse', confirmed }) as const;

/** In remission on Monday 1 February and again on Tuesday the 16th. */
const remitted = (): Tale =>
  enrolled().at('2027-02-01 10:00').act(visitWith(3)).at('2027-02-16 10:00').act(visitWith(2));
/** Stepped down on Monday 1 February with a score of three. */
const inPrevention = (): Tale => enrolled().at('2027-02-01 10:00').act(visitWith(3)).act(stepDown);
/** And a PHQ-9 of twelve on Monday 22 February. */
const alarmed = (): Tale => inPrevention().at('2027-02-22 10:00').act(visitWith(12));

describe('step-down-review', () => {
  it('is asked a week after a second remission two weeks from the first, and named in the digest a week late', () => {
    const entry = remitted().one('step-down-review');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-02-23',
      ['2027-02-23 08:00 care-manager', '2027-03-02 08:00 digest'],
    ]);
  });
  it('is not asked after thirteen days, nor when remission was lost between', () => {
    const soon = enrolled().at('2027-02-01 10:00').act(visitWith(3)).at('2027-02-14 10:00').act(visitWith(2));
    expect(soon.open('step-down-review')).toEqual([]);
    const lost = enrolled().at('2027-02-01 10:00').act(visitWith(3)).at('2027-02-08 10:00').act(visitWith(6));
    expect(lost.at('2027-02-16 10:00').act(visitWith(2)).open('step-down-review')).toEqual([]);
  });
  it('is asked on the fourteenth day, and of four points, not of five', () => {
    const first = (): Tale => enrolled().at('2027-02-01 10:00').act(visitWith(4));
    const second = (total: number) =>
      first().at('2027-02-15 10:00').act(visitWith(total)).open('step-down-review').length;
    expect([second(5), second(4)]).toEqual([0, 1]);
  });
  it('three stable scores in relapse prevention ask for it too', () => {
    const tale = inPrevention().at('2027-03-01 10:00').act(visitWith(3)).at('2027-03-30 10:00').act(visitWith(4));
    expect(tale.open('step-down-review')).toEqual([]);
    expect(tale.at('2027-04-27 10:00').act(visitWith(2)).one('step-down-review').dueOn).toBe('2027-05-04');
  });
  it('to decide to step down is not yet to step down', () => {
    const tale = remitted();
    const followUpId = idOf(tale, 'step-down-review');
    for (const miss of [...NEAR_MISSES, review(), review({ subject: 'step-down', decision: 'step-down' })])
      tale.act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(stepDown);
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RelapsePreventionStarted')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-02-23']]);
  });
  it.each([
    ['a discharge', { type: 'DischargePatient', reason: 'graduated', channel: 'record' } as const],
    ['"continue" with its reason', review({ subject: 'step-down' })],
  ])('is met by %s', (_name, command) => {
    const tale = remitted();
    const followUpId = idOf(tale, 'step-down-review');
    expect(endOf(tale.act(command), followUpId)?.[0]).toBe('fulfilled');
  });
  it('ends when remission is lost, citing the score', () => {
    const tale = remitted();
    const followUpId = idOf(tale, 'step-down-review');
    tale.at('2027-02-18 10:00').act(phq9(7));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AssessmentRecorded')]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = remitted().act(hold()).at('2027-03-01 10:00').act({ type: 'EndHold' });
    expect(tale.one('step-down-review').dueOn).toBe('2027-03-08');
  });
});

describe('relapse-plan', () => {
  it('is due 30 days after stepping down, at the latest the day before the second contact, then with the supervisor', () => {
    const tale = inPrevention();
    expect([tale.one('relapse-plan').dueOn, stepsOf(tale.one('relapse-plan'))]).toEqual([
      '2027-03-03',
      ['2027-03-03 08:00 care-manager', '2027-04-01 08:00 supervisor'],
    ]);
    expect(stepsOf(tale.at('2027-02-03 10:00').act(visit()).one('relapse-plan'))).toEqual([
      '2027-03-03 08:00 care-manager',
      '2027-03-04 08:00 supervisor',
    ]);
  });
  it('is due before the second contact also where the treatment plan or the month brings that forward', () => {
    const every14 = { type: 'SetTreatmentPlan', contactEvery: 14, treatmentChanged: false } as const;
    const tale = inPrevention().act(every14).at('2027-02-03 10:00').act(visit());
    expect(tale.one('contact').dueOn).toBe('2027-02-17');
    expect(tale.one('relapse-plan').dueOn).toBe('2027-02-16');
    const january = enrolled().at('2027-01-27 10:00').act(stepDown).at('2027-01-29 10:00').act(visit());
    expect([january.one('contact').dueOn, january.one('relapse-plan').dueOn]).toEqual(['2027-02-26', '2027-02-25']);
  });
  it('is owed at once when the second contact took place without it', () => {
    const tale = inPrevention().at('2027-02-03 10:00').act(visit()).at('2027-02-10 10:00').act(visit()).wake();
    expect(tale.raised('relapse-plan').map(({ notify }) => notify)).toEqual([['care-manager', 'supervisor']]);
  });
  it('is met by a plan of which the patient has a copy, also from the weeks before; not by one without', () => {
    const tale = inPrevention();
    const followUpId = idOf(tale, 'relapse-plan');
    for (const miss of [...NEAR_MISSES, phq9(4), relapsePlan(false)]) tale.act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(relapsePlan());
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RelapsePlanCompleted')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-03']]);
    const early = enrolled().at('2027-01-28 10:00').act(relapsePlan()).act(stepDown);
    expect(early.open('relapse-plan')).toEqual([]);
  });
  it('ends with a relapse; the next stepping down asks for a new plan', () => {
    const tale = alarmed().act(relapsePlan()).act(confirm(true));
    expect(tale.open('relapse-plan')).toEqual([]);
    expect(tale.at('2027-03-01 10:00').act(stepDown).open('relapse-plan')).toHaveLength(1);
    const unplanned = alarmed();
    const followUpId = idOf(unplanned, 'relapse-plan');
    expect(endOf(unplanned.act(confirm(true)), followUpId)).toEqual([
      'superseded',
      revisionOf(unplanned, 'RelapseDetected'),
    ]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = inPrevention().act(hold()).at('2027-02-10 10:00').act({ type: 'EndHold' });
    expect(tale.one('relapse-plan').dueOn).toBe('2027-03-12');
  });
});

describe('relapse-confirm', () => {
  it('joins the queue the next business day, is due after 14 days, and goes to the supervisor a day later', () => {
    const entry = alarmed().one('relapse-confirm');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-03-08',
      ['2027-02-23 08:00 care-manager+consult-queue', '2027-03-08 08:00 care-manager', '2027-03-09 08:00 supervisor'],
    ]);
  });
  it('opens on ten points, or five above the best score', () => {
    const next = (total: number) =>
      inPrevention().at('2027-02-22 10:00').act(visitWith(total)).open('relapse-confirm').length;
    expect([next(7), next(8), next(10)]).toEqual([0, 1, 1]);
  });
  it('is met by "not" with a second score a week later; a score alone, a visit or a review does not', () => {
    const tale = alarmed();
    const followUpId = idOf(tale, 'relapse-confirm');
    for (const miss of [...NEAR_MISSES, review()]) tale.at('2027-02-23 10:00').act(miss);
    expect(tale.attempt(confirm(false))?.code).toBe('second-scale-needed');
    tale.at('2027-03-01 10:00').act(visitWith(4));
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(confirm(false));
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RelapseRuledOut')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-03-08']]);
  });
  it('is met by "confirmed" with a second score a week later, and overtaken by it without', () => {
    const tale = alarmed().at('2027-03-01 10:00').act(visitWith(12));
    const followUpId = idOf(tale, 'relapse-confirm');
    expect(endOf(tale.act(confirm(true)), followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RelapseDetected')]);
    const soon = alarmed().at('2027-02-27 10:00').act(visitWith(12));
    expect(endOf(soon.act(confirm(true)), followUpId)).toEqual(['superseded', revisionOf(soon, 'RelapseDetected')]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = alarmed().act(hold()).at('2027-03-08 10:00').act({ type: 'EndHold' });
    expect(tale.one('relapse-confirm').dueOn).toBe('2027-03-22');
  });
});

describe('hold-review', () => {
  it('is due at the expected end or after a week, whichever is earlier, and in the digest two business days late', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(hold());
    expect([tale.one('hold-review').dueOn, stepsOf(tale.one('hold-review'))]).toEqual([
      '2027-01-12',
      ['2027-01-12 08:00 care-manager', '2027-01-14 08:00 digest'],
    ]);
    const short = enrolled()
      .at('2027-01-05 10:00')
      .act({ type: 'StartHold', reason: 'travel', expectedEnd: '2027-01-08' });
    expect(short.one('hold-review').dueOn).toBe('2027-01-08');
  });
  it('is met by a review, which asks for the next; not by a contact', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(hold());
    const followUpId = idOf(tale, 'hold-review');
    for (const miss of [...NEAR_MISSES, visit(), review()]) tale.act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.at('2027-01-11 10:00').act({ type: 'ReviewHold' });
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'HoldReviewed')]);
    expect(tale.one('hold-review').dueOn).toBe('2027-01-19');
    expect(afterUndoing(tale, followUpId)).toContainEqual([again(followUpId), '2027-01-12']);
  });
  it('is met by the end of the hold; undoing the end brings hold and review back', () => {
    const tale = enrolled().at('2027-01-05 10:00').act(hold());
    const followUpId = idOf(tale, 'hold-review');
    tale.at('2027-01-08 10:00').act({ type: 'EndHold' });
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'HoldEnded')]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-12']]);
  });
  it('is all that is owed during a hold besides safety, risk, discharge from a facility and the consult', () => {
    const tale = enrolled()
      .at('2027-01-05 10:00')
      .act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    tale.act({ type: 'ReportAcuteCare', kind: 'discharge', on: '2027-01-05' }).act(hold());
    expect(kindsOf(tale).toSorted()).toEqual([
      'hold-review',
      'non-response-consult',
      'post-discharge-contact',
      'post-discharge-contact',
      'risk-consult',
      'risk-reassessment',
    ]);
  });
});

describe('relapse-confirm, corrected', () => {
  it('once raised it is not ended by the correction of a scale that came after it', () => {
    const scale = (total: number, local: string) => ({
      command: phq9(total),
      occurredAt: atLocal(local, '10:00', 'America/New_York'),
    });
    const tale = enrolled(16).at('2027-03-01 10:00').act(visitWith(3)).act({ type: 'StartRelapsePrevention' });
    tale.at('2027-03-20 10:00').act(visitWith(12)).at('2027-03-24 10:00');
    const late = scale(12, '2027-03-10');
    tale.act(late.command, { occurredAt: late.occurredAt }).at('2027-03-29 10:00').act(visitWith(4));
    expect(tale.open('relapse-confirm')).toHaveLength(2);
    tale.act({
      ...(phq9(3) as CommandOf<'RecordAssessment'>),
      type: 'CorrectAssessment',
      corrects: revisionOf(tale, 'AssessmentRecorded'),
      reasonCode: 'entry-error',
    });
    expect(tale.open('relapse-confirm')).toHaveLength(2);
  });
});

describe('relapse-confirm, ruled out', () => {
  const ruledOut = (): Tale => alarmed().at('2027-03-02 10:00').act(visitWith(4)).act(confirm(false));

  it('does not answer an alarm that became known only later', () => {
    const tale = ruledOut().at('2027-03-03 10:00');
    expect(tale.open('relapse-confirm')).toEqual([]);
    tale.act(phq9(18), { occurredAt: atLocal('2027-03-01', '10:00', 'America/New_York') });
    expect(tale.one('relapse-confirm')).toMatchObject({
      anchorRevision: revisionOf(tale, 'AssessmentRecorded'),
      dueOn: '2027-03-15',
    });
  });
  it('nor a score that is corrected upwards afterwards', () => {
    const tale = ruledOut();
    const second = revisionOf(tale, 'AssessmentRecorded');
    const worse = { ...(phq9(14) as CommandOf<'RecordAssessment'>), type: 'CorrectAssessment' as const };
    tale.at('2027-03-03 10:00').act({ ...worse, corrects: second, reasonCode: 'entry-error' });
    expect(tale.one('relapse-confirm').anchorRevision).toBe(second);
  });
});

describe('holds', () => {
  it('cannot end before they began: a hold would go on that nobody reviews', () => {
    const tale = enrolled().at('2027-02-01 10:00').act({ type: 'StartHold', reason: 'travel' });
    const early = atLocal('2027-01-29', '10:00', 'America/New_York');
    expect(tale.attempt({ type: 'EndHold' }, { occurredAt: early })?.code).toBe('out-of-order');
    expect(tale.open('hold-review')).toHaveLength(1);
  });
});

describe('a transfer to a site in another zone', () => {
  const west: Policy = {
    ...DEFAULT_POLICY,
    pin: { ...DEFAULT_POLICY.pin, pin: 'pin-west', calendar: 'calendar-west' },
    calendar: { ...DEFAULT_POLICY.calendar, zone: 'America/Los_Angeles' },
  };
  const transfer = { type: 'TransferEpisode', to: 'cm-2', site: 'west', zone: 'America/Los_Angeles' } as const;

  it.each(['2027-01-05 10:00', '2027-01-01 10:00'])(
    'of %s takes mornings and closing times from the new site',
    (on) => {
      const tale = new Tale().at('2027-01-04 09:00').act(referral()).at('2027-01-05 10:00');
      const there = Object.assign(tale, { today: west });
      const [date, time] = on.split(' ') as [string, string];
      there.act(transfer, { occurredAt: atLocal(date, time, 'America/New_York') });
      expect(there.events.filter(({ type }) => type === 'EpisodePinned')).toHaveLength(2);
      const times = there.one('transfer-acknowledgement').ladder.map(({ at }) => localTime(at, 'America/Los_Angeles'));
      expect(times).toEqual(['08:00', '17:00']);
    },
  );

  it('is not entered for a time before another: site, mornings and closing times would be of two sites', () => {
    const tale = enrolled().at('2027-01-06 10:00').act(transfer);
    const monday = { occurredAt: atLocal('2027-01-04', '12:00', 'America/New_York') };
    expect(tale.attempt({ ...transfer, site: 'south' }, monday)?.code).toBe('out-of-order');
    expect(tale.attempt({ type: 'TransferEpisode', to: 'cm-3' }, monday)).toBeUndefined();
  });

  it('also for a step that was only repeating', () => {
    const tale = enrolled().act({ type: 'ConnectResource', kind: 'housing' }).at('2027-03-01 10:00');
    const there = Object.assign(tale, { today: west });
    const { ladder } = there.act(transfer).one('resource-loop');
    expect(ladder.map(({ at }) => localTime(at, 'America/Los_Angeles'))).toEqual(['08:00']);
  });

  it('raises nothing again that was raised at the hour of the site before', () => {
    const tale = Object.assign(enrolled().at('2027-01-20 10:00'), { today: west });
    expect(tale.act(transfer).wake().raised('reassessment')).toHaveLength(1);
    expect(stepsOf(tale.one('reassessment'))).toEqual([
      '2027-01-26 08:00 care-manager',
      '2027-02-02 08:00 digest+consult-queue',
    ]);
  });
});
