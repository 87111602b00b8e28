import { describe, expect, it } from '@jest/globals';
import { enrolled } from '../../follow-ups/specs.js';
import { visit, type Tale } from '../../testing/tale.js';
import type { EpisodeCommand } from '../commands.js';

type Contact = Extract<EpisodeCommand, { type: 'RecordContact' }>;
const treatment = (modality: Contact['modality'], over: object = {}): Contact => ({
  type: 'RecordContact',
  ...{ kind: 'treatment', withWhom: 'patient', modality, ...over },
});
const contactDue = (tale: Tale): string => tale.one('contact').dueOn;

describe('a treatment contact', () => {
  const overdue = (): Tale => enrolled().at('2027-01-25 10:00');

  it('is two-way when people speak with each other; a text or a portal message only when somebody says so', () => {
    for (const modality of ['in-person', 'phone', 'video'] as const)
      expect(contactDue(overdue().act(treatment(modality)))).toBe('2027-02-08');
    for (const modality of ['text', 'portal'] as const) {
      expect(contactDue(overdue().act(treatment(modality)))).toBe('2027-01-19');
      expect(contactDue(overdue().act(treatment(modality, { twoWay: true })))).toBe('2027-02-08');
    }
  });
  it('is no work on the record, also within a visit', () => {
    const { type: _type, ...contact } = treatment('record-work');
    expect(overdue().attempt(treatment('record-work'))).toMatchObject({
      code: 'no-treatment-contact',
      errors: [{ pointer: '/modality' }],
    });
    expect(overdue().attempt(visit({ contact }))).toMatchObject({ errors: [{ pointer: '/contact/modality' }] });
    expect(overdue().attempt({ ...treatment('record-work'), kind: 'coordination' })).toBeUndefined();
  });
});

describe('an appointment', () => {
  const booked = (): Tale =>
    enrolled().at('2027-01-06 10:00').act({ type: 'BookAppointment', on: '2027-01-20', withWhom: 'care-manager' });
  const outcome = (said: 'kept' | 'missed'): EpisodeCommand => ({
    type: 'RecordAppointmentOutcome',
    appointment: 1,
    outcome: said,
  });

  it.each(['kept', 'missed'] as const)('is not %s before its day', (said) => {
    expect(booked().attempt(outcome(said))).toMatchObject({ code: 'appointment-ahead' });
    expect(booked().at('2027-01-20 10:00').attempt(outcome(said))).toBeUndefined();
  });
  it('may be cancelled before its day, and kept by a visit that came earlier', () => {
    const cancelled = {
      type: 'RecordAppointmentOutcome',
      appointment: 1,
      outcome: 'cancelled',
      by: 'patient',
    } as const;
    expect(booked().attempt(cancelled)).toBeUndefined();
    expect(booked().attempt(visit({ keeps: 1 }))).toBeUndefined();
  });
});
