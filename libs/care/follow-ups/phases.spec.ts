import { describe, expect, it } from '@jest/globals';
import { atLocal, localTime } from '../calendar/index.js';
import type { CommandOf } from '../episode/commands.js';
import type { Policy } from '../episode/context.js';
import { DEFAULT_POLICY, phq9, referral, Tale } from '../testing/tale.js';
import { endOf, enrolled, revisionOf, visitWith } from './specs.js';

describe('contact and no-contact', () => {
  it('with a high risk the early word to the supervisor leaves the contact owed', () => {
    const tale = enrolled().act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    tale.at('2027-01-15 10:00');
    expect(tale.raised('no-contact')).toHaveLength(1);
    expect(tale.one('contact').dueOn).toBe('2027-01-19');
  });
  it('a narrower plan narrows; a wider one from before a relapse does not outlive it', () => {
    const tale = enrolled().act({ type: 'SetTreatmentPlan', treatmentChanged: true, contactEvery: 7 });
    expect(tale.one('contact').dueOn).toBe('2027-01-11');
    tale.at('2027-01-05 10:00').act({ type: 'StartRelapsePrevention' });
    tale.act({ type: 'SetTreatmentPlan', treatmentChanged: true, contactEvery: 60 });
    expect(tale.one('contact').dueOn).toBe('2027-03-05');
    tale.at('2027-01-06 10:00').act({ type: 'ConfirmRelapse', confirmed: true });
    expect(tale.one('contact').dueOn).toBe('2027-01-19');
  });
});

describe('consults', () => {
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
});

describe('step-down-review', () => {
  it('to decide to step down is not yet to step down', () => {
    const tale = enrolled().at('2027-02-01 10:00').act(visitWith(3)).at('2027-02-16 10:00').act(visitWith(2));
    const { followUpId, dueOn } = tale.one('step-down-review');
    expect(dueOn).toBe('2027-02-23');
    tale.act({ type: 'ReviewCase', subject: 'step-down', decision: 'step-down' });
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act({ type: 'StartRelapsePrevention' });
    expect(endOf(tale, followUpId)).toEqual(['fulfilled', revisionOf(tale, 'RelapsePreventionStarted')]);
  });
});

describe('appointment', () => {
  it('of two on one day a visit settles the first', () => {
    const book = { type: 'BookAppointment', on: '2027-01-12', withWhom: 'care-manager' } as const;
    const tale = enrolled().act(book).act(book).at('2027-01-12 10:00').act(visitWith(12));
    expect(tale.one('appointment').about).toBe(2);
  });
});

describe('relapse-confirm', () => {
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

  it('also for a step that was only repeating', () => {
    const tale = enrolled().act({ type: 'ConnectResource', kind: 'housing' }).at('2027-03-01 10:00');
    const there = Object.assign(tale, { today: west });
    const { ladder } = there.act(transfer).one('resource-loop');
    expect(ladder.map(({ at }) => localTime(at, 'America/Los_Angeles'))).toEqual(['08:00']);
  });
});
