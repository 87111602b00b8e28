import type { LocalDate } from '../../words.js';
import type { Act } from './acts.js';

export interface Appointment {
  readonly appointment: number;
  readonly booked: Act<'AppointmentBooked'>;
  /** The booking or the latest rescheduling. */
  readonly anchor: Act<'AppointmentBooked'> | Act<'AppointmentRescheduled'>;
  readonly on: LocalDate;
  readonly at?: string;
  readonly outcome?: Act<'AppointmentKept'> | Act<'AppointmentMissed'> | Act<'AppointmentCancelled'>;
}

type AppointmentAct =
  | Act<'AppointmentBooked'>
  | Act<'AppointmentRescheduled'>
  | Act<'AppointmentKept'>
  | Act<'AppointmentMissed'>
  | Act<'AppointmentCancelled'>;

/** Each appointment as it stands now, in the order of booking. */
export function appointmentsOf(acts: readonly AppointmentAct[]): Appointment[] {
  const known = new Map<number, Appointment>();
  // By revision: an outcome is always recorded after the booking, whatever clinical time either carries.
  for (const act of acts.toSorted((a, b) => a.revision - b.revision)) {
    const { appointment } = act.facts;
    const before = known.get(appointment);
    if (act.type === 'AppointmentBooked')
      known.set(appointment, {
        appointment,
        booked: act,
        anchor: act,
        on: act.facts.on,
        ...(act.facts.at === undefined ? {} : { at: act.facts.at }),
      });
    else if (!before) continue;
    else if (act.type === 'AppointmentRescheduled') {
      known.set(appointment, {
        appointment,
        booked: before.booked,
        anchor: act,
        on: act.facts.on,
        ...(act.facts.at === undefined ? {} : { at: act.facts.at }),
      });
    } else known.set(appointment, { ...before, outcome: act });
  }
  return [...known.values()];
}
