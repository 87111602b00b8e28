import { accept, refuse, type Decision } from '../../decider.js';
import { localDate } from '../../calendar/index.js';
import type { BodyOf } from '../commands.js';
import { ONE_WAY, type EpisodeEvent } from '../events.js';
import { isWaiting } from '../resources.js';
import { means } from '../reference.js';
import type { Story } from '../story/index.js';
import { recorded, reviewed } from './measuring.js';
import { given, type Deciding, type Telling } from './telling.js';

/** Contacts, visits, appointments, barriers and resources. */

function contactEvent(contact: BodyOf<'RecordContact'>): EpisodeEvent {
  const {
    kind,
    withWhom,
    modality,
    twoWay = !ONE_WAY.has(modality),
    language,
    interpreter,
    nextContactOn,
    intervention,
    adherence,
    sideEffects,
    note,
  } = contact;
  return {
    type: 'ContactRecorded',
    facts: { kind, withWhom, modality, twoWay, ...given({ language, interpreter, nextContactOn }) },
    sealed: given({ intervention, adherence, sideEffects, note }),
  };
}

/** Numbers of an episode's own things count from 1, voided ones included, so that a number never names two things. */
const nextNumber = (telling: Telling, type: EpisodeEvent['type']): number =>
  telling.state.acts.filter((act) => act.type === type).length + 1;

/** Work on the record is no contact with the patient, however useful (follow-up-rules, terms). */
const contactTaken = (contact: BodyOf<'RecordContact'>): Decision<EpisodeEvent> =>
  contact.kind === 'treatment' && contact.modality === 'record-work'
    ? refuse('no-treatment-contact', 'Work on the record is not a treatment contact; log its time instead.', [
        { pointer: '/modality', detail: 'not with the kind "treatment"' },
      ])
    : accept(contactEvent(contact));

export const recordContact: Deciding<'RecordContact'> = contactTaken;

/** One call, one append: contact, questionnaires, safety review, barriers, time and the next appointment; refused whole if a part is. */
export const recordVisit: Deciding<'RecordVisit'> = (command, telling) => {
  const events: EpisodeEvent[] = [];
  const take = (decision: Decision<EpisodeEvent>, pointer: string): Decision<EpisodeEvent> | undefined => {
    if ('refusal' in decision)
      return {
        refusal: {
          ...decision.refusal,
          errors: (decision.refusal.errors ?? []).map((e) => ({ ...e, pointer: `${pointer}${e.pointer}` })),
        },
      };
    events.push(...decision.events);
    return undefined;
  };
  if (command.keeps !== undefined) {
    const kept = take(appointmentOutcome({ appointment: command.keeps, outcome: 'kept' }, telling), '/keeps');
    if (kept) return kept;
  }
  const noContact = take(contactTaken(command.contact), '/contact');
  if (noContact) return noContact;
  for (const [i, assessment] of command.assessments.entries()) {
    const refused = take(recorded(assessment, telling.next + events.length, command.imported), `/assessments/${i}`);
    if (refused) return refused;
  }
  if (command.safetyReview) {
    const review = { ...command.safetyReview, ...given({ imported: command.imported }) };
    const refused = take(reviewed(review, telling), '/safetyReview');
    if (refused) return refused;
  }
  const barriers = nextNumber(telling, 'BarrierIdentified');
  for (const [i, barrier] of command.barriers.entries())
    events.push({
      type: 'BarrierIdentified',
      facts: { barrier: barriers + i, kind: barrier.kind },
      sealed: given({ note: barrier.note }),
    });
  if (command.minutes !== undefined)
    events.push({
      type: 'TimeLogged',
      facts: {
        seconds: Math.round(command.minutes * 60),
        activity: 'contact',
        on: localDate(telling.circumstances.occurredAt, telling.story.zone),
      },
      sealed: null,
    });
  if (command.nextAppointment) events.push(bookingEvent(command.nextAppointment, telling));
  return accept(...events);
};

function bookingEvent({ on, at, withWhom, note }: BodyOf<'BookAppointment'>, telling: Telling): EpisodeEvent {
  return {
    type: 'AppointmentBooked',
    facts: { appointment: nextNumber(telling, 'AppointmentBooked'), on, withWhom, ...given({ at }) },
    sealed: given({ note }),
  };
}

export const bookAppointment: Deciding<'BookAppointment'> = (command, telling) =>
  accept(bookingEvent(command, telling));

const bookedAs = (
  { appointments }: Story,
  { appointment }: BodyOf<'RecordAppointmentOutcome'>,
): Story['appointments'][number] | undefined =>
  appointments.find((one) => means(appointment, one.appointment, one.booked));

function appointmentOutcome(
  command: BodyOf<'RecordAppointmentOutcome'>,
  { story }: Pick<Telling, 'story'>,
): Decision<EpisodeEvent> {
  const booked = bookedAs(story, command);
  if (!booked) return refuse('no-such-appointment', 'There is no such appointment in this episode.');
  if (booked.outcome)
    return refuse('appointment-settled', 'The outcome of this appointment is recorded already; void it to change it.');
  const { appointment } = booked;
  const sealed = given({ note: command.note });
  switch (command.outcome) {
    case 'kept':
      return accept({ type: 'AppointmentKept', facts: { appointment }, sealed });
    case 'missed':
      return accept({ type: 'AppointmentMissed', facts: { appointment }, sealed });
    case 'cancelled':
      return accept({ type: 'AppointmentCancelled', facts: { appointment, by: command.by }, sealed });
    case 'rescheduled':
      return accept({
        type: 'AppointmentRescheduled',
        facts: { appointment, on: command.on, ...given({ at: command.at }) },
        sealed,
      });
  }
}

/** A visit may keep an appointment before its day; without one, nothing of it has happened yet (research §9, 25). */
export const recordAppointmentOutcome: Deciding<'RecordAppointmentOutcome'> = (command, telling) => {
  const { story, circumstances } = telling;
  const booked = bookedAs(story, command);
  const isAhead = booked !== undefined && localDate(circumstances.occurredAt, story.zone) < booked.on;
  return isAhead && (command.outcome === 'kept' || command.outcome === 'missed')
    ? refuse(
        'appointment-ahead',
        `The appointment is on ${booked.on}; until then it can be cancelled or rescheduled.`,
        [{ pointer: '/outcome', detail: 'before its day' }],
      )
    : appointmentOutcome(command, telling);
};

export const identifyBarrier: Deciding<'IdentifyBarrier'> = (command, telling) =>
  accept({
    type: 'BarrierIdentified',
    facts: { barrier: nextNumber(telling, 'BarrierIdentified'), kind: command.kind },
    sealed: given({ note: command.note }),
  });

type Standing = 'missing' | 'open' | 'closed';
const standing = (opened: boolean, closed: boolean): Standing => (!opened ? 'missing' : closed ? 'closed' : 'open');

const barrierStands = ({ acts }: Story, n: number): Standing =>
  standing(
    acts.some((act) => act.type === 'BarrierIdentified' && act.facts.barrier === n),
    acts.some((act) => act.type === 'BarrierResolved' && act.facts.barrier === n),
  );
const resourceStands = ({ acts }: Story, n: number): Standing =>
  standing(
    acts.some((act) => act.type === 'ResourceConnected' && act.facts.resource === n),
    acts.some((act) => act.type === 'ResourceConnectionClosed' && act.facts.resource === n && !isWaiting(act)),
  );

export const resolveBarrier: Deciding<'ResolveBarrier'> = (command, { story }) => {
  const stands = barrierStands(story, command.barrier);
  if (stands === 'missing') return refuse('no-such-barrier', `There is no barrier ${command.barrier} in this episode.`);
  return stands === 'closed'
    ? accept()
    : accept({ type: 'BarrierResolved', facts: { barrier: command.barrier }, sealed: given({ note: command.note }) });
};

export const connectResource: Deciding<'ConnectResource'> = (command, telling) =>
  accept({
    type: 'ResourceConnected',
    facts: { resource: nextNumber(telling, 'ResourceConnected'), kind: command.kind },
    sealed: given({ note: command.note }),
  });

export const closeResourceConnection: Deciding<'CloseResourceConnection'> = (command, { story }) => {
  const stands = resourceStands(story, command.resource);
  if (stands === 'missing')
    return refuse('no-such-resource', `There is no resource connection ${command.resource} in this episode.`);
  if (stands === 'closed')
    return refuse('resource-settled', 'What became of this connection is recorded already; void it to change it.');
  return accept({
    type: 'ResourceConnectionClosed',
    facts: { resource: command.resource, outcome: command.outcome },
    sealed: given({ note: command.note }),
  });
};
