import { addDays, daysBetween, localDate, plusLocalDays, type LocalDate } from '#care';

/** The moment a list is made for, as each zone has it: the present, or the same hour of a later date. */
export interface Moment {
  readonly today: (zone: string) => LocalDate;
  readonly now: (zone: string) => string;
}

/** The date asked for is past wherever the organisation has a site: what stood then is in the timeline, not in a list of a day. */
export class PastDate extends Error {
  override readonly name = 'PastDate';
}

interface ThereThen {
  readonly today: LocalDate;
  readonly now: string;
}

/** Where it is that date already, or later, the present counts. */
function thereThen(now: string, zone: string, date: LocalDate | undefined): ThereThen {
  const today = localDate(now, zone);
  const ahead = date === undefined ? 0 : Math.max(0, daysBetween(today, date));
  return ahead === 0 ? { today, now } : { today: addDays(today, ahead), now: plusLocalDays(now, ahead, zone) };
}

/** @throws PastDate */
export function momentOf(now: string, date: LocalDate | undefined, zones: Iterable<string>): Moment {
  const days = [...zones].map((zone) => localDate(now, zone));
  if (date !== undefined && days.length > 0 && days.every((day) => date < day)) throw new PastDate('the date is past');
  const known = new Map<string, ThereThen>();
  const there = (zone: string): ThereThen => {
    let found = known.get(zone);
    if (!found) known.set(zone, (found = thereThen(now, zone, date)));
    return found;
  };
  return { today: (zone) => there(zone).today, now: (zone) => there(zone).now };
}
