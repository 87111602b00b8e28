import { describe, expect, it } from '@jest/globals';
import { bookedOn } from '../episode/booked.js';
import { spread, tried, visit, type Tale } from '../testing/tale.js';
import { afterUndoing, again, endOf, enrolled, hold, idOf, NEAR_MISSES, portal, revisionOf, stepsOf } from './specs.js';

const book = (on: string, withWhom: 'care-manager' | 'provider' = 'care-manager') =>
  ({ type: 'BookAppointment', on, withWhom }) as const;
const outcome = (said: 'kept' | 'missed') =>
  ({ type: 'RecordAppointmentOutcome', appointment: 1, outcome: said }) as const;
const cancelled = { type: 'RecordAppointmentOutcome', appointment: 1, outcome: 'cancelled', by: 'patient' } as const;
const moved = (on: string) =>
  ({ type: 'RecordAppointmentOutcome', appointment: 1, outcome: 'rescheduled', on }) as const;
const booked = (): Tale => enrolled().act(book('2027-01-12'));

describe('appointment', () => {
  it('is on the agenda of its day, and its outcome is asked for at the close of it', () => {
    const entry = booked().one('appointment');
    expect([entry.dueOn, stepsOf(entry), entry.ladder.map(({ note }) => note)]).toEqual([
      '2027-01-12',
      ['2027-01-12 08:00 care-manager', '2027-01-12 17:00 care-manager'],
      ['agenda', 'outcome?'],
    ]);
  });
  it.each([
    ['kept', outcome('kept'), 'AppointmentKept'],
    ['missed', outcome('missed'), 'AppointmentMissed'],
    ['cancelled', cancelled, 'AppointmentCancelled'],
    ['a visit that day', visit(), 'ContactRecorded'],
  ])('is met by %s, and comes back when that is undone', (_name, command, type) => {
    const tale = booked().at('2027-01-12 10:00');
    const followUpId = idOf(tale, 'appointment');
    expect(endOf(tale.act(command), followUpId)).toEqual(['fulfilled', revisionOf(tale, type)]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-12']]);
  });
  it('is not met by a visit on another day, a call in vain, or our visit when it is with the provider', () => {
    const tale = booked().at('2027-01-11 10:00').act(visit()).at('2027-01-12 10:00');
    const followUpId = idOf(tale, 'appointment');
    for (const miss of NEAR_MISSES) tale.act(miss);
    expect(endOf(tale, followUpId)).toBeUndefined();
    const other = enrolled().act(book('2027-01-12', 'provider')).at('2027-01-12 10:00').act(visit());
    expect(other.open('appointment')).toHaveLength(1);
  });
  it('is not met by a visit of that day that was recorded before it was booked', () => {
    const tale = enrolled().at('2027-01-12 10:00').act(visit()).act(book('2027-01-12'));
    expect(tale.one('appointment').dueOn).toBe('2027-01-12');
    expect(bookedOn(tale.story)).toBe('2027-01-12');
  });
  it('of two on one day a visit settles the first', () => {
    const tale = enrolled().act(book('2027-01-12')).act(book('2027-01-12')).at('2027-01-12 10:00').act(visit());
    expect(tale.one('appointment').about).toBe(2);
  });
  it('is waited for no longer once a visit has settled it: it keeps nothing from anybody', () => {
    const tale = booked();
    expect(bookedOn(tale.story)).toBe('2027-01-12');
    expect(bookedOn(tale.at('2027-01-12 10:00').act(visit()).story)).toBeNull();
    const two = enrolled().act(book('2027-01-12')).act(book('2027-01-12')).at('2027-01-12 10:00').act(visit());
    expect(bookedOn(two.story)).toBe('2027-01-12');
  });
  it('moves with the appointment', () => {
    const tale = booked();
    const followUpId = idOf(tale, 'appointment');
    tale.act(moved('2027-01-14'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AppointmentRescheduled')]);
    expect(tale.one('appointment').dueOn).toBe('2027-01-14');
  });
  it('a hold puts it aside; what became of it is asked at the end', () => {
    const tale = booked().act(hold());
    expect(tale.open('appointment')).toEqual([]);
    expect(tale.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('appointment').dueOn).toBe('2027-01-20');
  });
});

describe('missed-appointment', () => {
  const missed = (): Tale => booked().at('2027-01-12 16:00').act(outcome('missed'));

  it('asks for a call the next business day, and is named in the digest two business days late', () => {
    const entry = missed().one('missed-appointment');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-13',
      ['2027-01-13 08:00 care-manager', '2027-01-15 08:00 digest'],
    ]);
  });
  it.each([
    ['an attempt', tried(), 'OutreachAttempted'],
    ['a contact', visit(), 'ContactRecorded'],
  ])('is met by %s, and comes back when that is undone', (_name, command, type) => {
    const tale = missed();
    const followUpId = idOf(tale, 'missed-appointment');
    expect(endOf(tale.act(command), followUpId)).toEqual(['fulfilled', revisionOf(tale, type)]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-13']]);
  });
  it('is not met by a note, by talking to the family, or by a contact before it', () => {
    const tale = missed();
    tale.act({ type: 'AddNote', text: 'a note' });
    tale.act({ type: 'RecordContact', kind: 'treatment', withWhom: 'family', modality: 'phone', twoWay: true });
    tale.act(visit(), { occurredAt: '2027-01-12T15:00:00.000Z' });
    expect(tale.open('missed-appointment')).toHaveLength(1);
  });
  it('ends when another appointment is booked, with the same person', () => {
    const tale = missed();
    const followUpId = idOf(tale, 'missed-appointment');
    tale.act(book('2027-01-18', 'provider'));
    expect(endOf(tale, followUpId)).toBeUndefined();
    tale.act(book('2027-01-19'));
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'AppointmentBooked')]);
  });
  it('ends when the outcome was entered in error', () => {
    const tale = missed().at('2027-01-13 09:00');
    const followUpId = idOf(tale, 'missed-appointment');
    tale.act({ type: 'VoidAct', revision: revisionOf(tale, 'AppointmentMissed'), reasonCode: 'entered-in-error' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ActVoided')]);
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = missed().act(hold()).at('2027-01-20 10:00').act({ type: 'EndHold' });
    expect(tale.one('missed-appointment').dueOn).toBe('2027-01-21');
  });
});

describe('result-review', () => {
  const arrived = (): Tale => enrolled().at('2027-01-08 18:00').act(portal(0));
  const seen = (tale: Tale) => ({ type: 'ReviewResult', of: revisionOf(tale, 'AssessmentRecorded') }) as const;

  it('is due the next business day, with the supervisor one later; what staff entered asks nothing', () => {
    const entry = arrived().one('result-review');
    expect([entry.dueOn, stepsOf(entry)]).toEqual([
      '2027-01-11',
      ['2027-01-11 08:00 care-manager', '2027-01-12 08:00 supervisor'],
    ]);
    expect(enrolled().open('result-review')).toEqual([]);
  });
  it.each([
    ['somebody’s review', (tale: Tale) => seen(tale), 'ResultReviewed'],
    ['a visit', () => visit(), 'ContactRecorded'],
  ])('is met by %s, and comes back when that is undone', (_name, command, type) => {
    const tale = arrived().at('2027-01-11 09:00');
    const followUpId = idOf(tale, 'result-review');
    expect(endOf(tale.act(command(tale)), followUpId)).toEqual(['fulfilled', revisionOf(tale, type)]);
    expect(afterUndoing(tale, followUpId)).toEqual([[again(followUpId), '2027-01-11']]);
  });
  it('is not met by messages, attempts or notes, nor by a visit before it', () => {
    const tale = arrived().at('2027-01-11 09:00');
    for (const miss of NEAR_MISSES) tale.act(miss);
    tale.act(visit(), { occurredAt: '2027-01-08T15:00:00.000Z' });
    expect(tale.open('result-review')).toHaveLength(1);
  });
  it('is met by the visit during which the patient filled it in', () => {
    const form = { instrument: 'PHQ-9', items: spread(12), language: 'en', mode: 'interview', enteredBy: 'patient' };
    const tale = enrolled()
      .at('2027-01-08 10:00')
      .act(visit({ assessments: [form] }));
    expect([tale.story.last?.total, tale.open('result-review')]).toEqual([12, []]);
  });
  it('is not met by a visit that took place before the result arrived', () => {
    const tale = enrolled().at('2027-01-08 10:00').act(visit()).at('2027-01-08 18:00');
    tale.act(portal(0), { occurredAt: '2027-01-07T15:00:00.000Z' });
    expect(tale.one('result-review').dueOn).toBe('2027-01-08');
  });
  it('ends when the result is voided, and opens also after the end of the episode', () => {
    const tale = arrived().at('2027-01-11 09:00');
    const followUpId = idOf(tale, 'result-review');
    tale.act({ type: 'VoidAct', revision: revisionOf(tale, 'AssessmentRecorded'), reasonCode: 'wrong-patient' });
    expect(endOf(tale, followUpId)).toEqual(['superseded', revisionOf(tale, 'ActVoided')]);
    const ended = enrolled().act({ type: 'DischargePatient', reason: 'withdrew', channel: 'record' });
    expect(ended.at('2027-01-08 18:00').act(portal(0)).one('result-review').dueOn).toBe('2027-01-11');
  });
  it('a hold puts it aside and counts from its end', () => {
    const tale = arrived().act(hold());
    expect(tale.open('result-review')).toEqual([]);
    expect(tale.at('2027-01-20 10:00').act({ type: 'EndHold' }).one('result-review').dueOn).toBe('2027-01-21');
  });
});
