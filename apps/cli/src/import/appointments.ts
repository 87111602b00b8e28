import { WORDS } from './codes.js';
import { NOON } from './dates.js';
import { command, drafted, made, when, type Draft, type Drafted } from './draft.js';
import { said, type Fields } from './fields.js';

/** A row of appointments: its booking, and its outcome if it has one. Without a date of booking it was booked at the referral. */
export const appointmentActs = (fields: Fields, referredOn: string): Drafted =>
  drafted([() => booking(fields, referredOn), () => outcome(fields)]);

function booking(fields: Fields, referredOn: string): Draft {
  fields.requiredDate('appointment_on');
  const at = fields.time('time', 'appointment_on');
  return {
    part: 'booking',
    ...(fields.has('booked_on') ? when(fields, 'booked_on', '') : { on: referredOn, time: NOON, untimed: true }),
    command: command(
      'BookAppointment',
      said({
        on: fields.movedDate('appointment_on'),
        at,
        withWhom: fields.code('with_whom', WORDS.appointmentWith),
        note: fields.text('note'),
      }),
    ),
  };
}

function outcome(fields: Fields): Draft | null {
  const became = fields.code('outcome', WORDS.appointmentOutcome);
  if (became === undefined || became === 'booked') return null;
  return {
    part: 'outcome',
    ...(fields.has('outcome_on') ? when(fields, 'outcome_on', '') : when(fields, 'appointment_on')),
    about: 'booking',
    command: command(
      'RecordAppointmentOutcome',
      said({
        appointment: made('booking'),
        outcome: became,
        by: became === 'cancelled' ? (fields.code('cancelled_by') ?? 'patient') : undefined,
        on:
          became === 'rescheduled'
            ? (fields.required('rescheduled_to'), fields.movedDate('rescheduled_to'))
            : undefined,
      }),
    ),
  };
}
