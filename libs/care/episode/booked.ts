import type { LocalDate } from '../words.js';
import type { Appointment, Story } from './story/index.js';

/**
 * A treatment contact on the day settles one appointment with the care manager, in the order of booking: of two on one day the
 * second waits for its own outcome. What another professional was to do is not done by our call.
 */
export function visitOn({ appointments, treatmentContacts }: Story, booked: Appointment): number | undefined {
  if (booked.booked.facts.withWhom !== 'care-manager') return undefined;
  const expected = appointments.filter(
    (a) =>
      a.on === booked.on &&
      a.booked.facts.withWhom === 'care-manager' &&
      (!a.outcome || a.outcome.type === 'AppointmentKept'),
  );
  const visits = treatmentContacts.filter((contact) => contact.on === booked.on);
  const visit = visits[expected.indexOf(booked)];
  return visit && visit.revision > booked.anchor.revision ? visit.revision : undefined;
}

/** Nobody recorded its outcome, and no visit settled it. */
export const waitsForOutcome = (story: Story, one: Appointment): boolean =>
  !one.outcome && visitOn(story, one) === undefined;

/** The first appointment with the care manager that still waits for its outcome. */
export const bookedOn = (story: Story): LocalDate | null =>
  story.appointments
    .filter((one) => one.booked.facts.withWhom === 'care-manager' && waitsForOutcome(story, one))
    .map((one) => one.on)
    .toSorted()[0] ?? null;
