import { isAfter, type Act } from '../episode/story/index.js';
import { visitOn } from '../episode/booked.js';
import {
  actAt,
  actsOf,
  businessMorning,
  closing,
  countedFrom,
  days,
  later,
  morning,
  plusBusinessDays,
  routine,
  type Row,
  type World,
} from './row.js';

/** Appointments, those that were missed, and results nobody has looked at. */

const appointmentOf = (world: World, n: number | undefined) =>
  world.story.appointments.find((a) => a.appointment === n);

/** Its outcome is asked for on the day itself. */
export const appointment: Row = {
  kind: 'appointment',
  occasions: (world) =>
    world.story.appointments.map((booked) => {
      const dueOn = later(booked.on, world.story.holds.findLast((hold) => hold.ended)?.ended?.on ?? booked.on);
      return routine(
        world,
        { kind: 'appointment', anchorRevision: booked.anchor.revision, about: booked.appointment, dueOn },
        [morning(world, dueOn, ['care-manager'], 'agenda'), closing(world, dueOn, ['care-manager'], 'outcome?')],
      );
    }),
  fulfilled(owed, world) {
    const booked = appointmentOf(world, owed.about);
    if (!booked) return undefined;
    return booked.outcome?.revision ?? visitOn(world.story, booked);
  },
  superseded(owed, world) {
    const booked = appointmentOf(world, owed.about);
    return booked && booked.anchor.revision > owed.anchorRevision ? booked.anchor.revision : undefined;
  },
};

/** Research §6.1. */
export const missedAppointment: Row = {
  kind: 'missed-appointment',
  occasions: (world) =>
    world.story.acts
      .filter((act): act is Act<'AppointmentMissed'> => act.type === 'AppointmentMissed')
      .map((missed) => {
        const dueOn = plusBusinessDays(world, countedFrom(world, missed.on), days(world, 'missed-appointment.due'));
        return routine(
          world,
          { kind: 'missed-appointment', anchorRevision: missed.revision, about: missed.facts.appointment, dueOn },
          [
            morning(world, dueOn, ['care-manager']),
            businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'missed-appointment.digest')), [
              'digest',
            ]),
          ],
        );
      }),
  fulfilled(owed, { story }) {
    const anchor = actAt(story, owed.anchorRevision);
    return (
      anchor &&
      story.acts.find(
        (act) =>
          (act.type === 'OutreachAttempted' || (act.type === 'ContactRecorded' && act.facts.withWhom === 'patient')) &&
          isAfter(act, anchor),
      )?.revision
    );
  },
  // Rebooked: with whom it was missed. A place at an agency makes up for no visit to the care manager.
  superseded(owed, world) {
    const anchor = actAt(world.story, owed.anchorRevision);
    const whose = (n: number | undefined) => appointmentOf(world, n)?.booked.facts.withWhom;
    return (
      anchor &&
      actsOf(world.story, 'AppointmentBooked', 'AppointmentRescheduled').find(
        (act) => isAfter(act, anchor) && whose(act.facts.appointment) === whose(owed.about),
      )?.revision
    );
  },
};

/** C19. Also after the end: a result is never refused. */
export const resultReview: Row = {
  kind: 'result-review',
  afterEnd: true,
  occasions: (world) =>
    world.story.scales
      .filter((scale) => scale.enteredBy !== 'staff')
      .map((scale) => {
        const dueOn = plusBusinessDays(world, countedFrom(world, scale.on), days(world, 'result-review.due'));
        return routine(world, { kind: 'result-review', anchorRevision: scale.revision, dueOn }, [
          morning(world, dueOn, ['care-manager']),
          businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'result-review.supervisor')), [
            'supervisor',
          ]),
        ]);
      }),
  fulfilled(owed, { story }) {
    const looked = story.acts.find((act) => act.type === 'ResultReviewed' && act.facts.of === owed.anchorRevision);
    const scale = story.scales.find((s) => s.revision === owed.anchorRevision);
    // A visit looks at a result that is there, also one that was filled in during that very visit (fatigue rule 5).
    const visit =
      scale &&
      story.treatmentContacts.find(
        ({ occurredAt, recordedAt }) => occurredAt >= scale.occurredAt && recordedAt >= scale.recordedAt,
      );
    return looked?.revision ?? visit?.revision;
  },
};
