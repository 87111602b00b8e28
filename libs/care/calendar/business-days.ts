import type { SiteCalendar } from '../organisation/events.js';
import type { LocalDate } from '../words.js';
import { atLocal, localDate, localTime } from './instants.js';
import { addDays, lastDayOfMonth, weekday } from './local-dates.js';

/** How far a search for an open day goes before it gives up. */
const LONGEST_CLOSURE_DAYS = 400;

const closedDates = new WeakMap<SiteCalendar, ReadonlySet<LocalDate>>();

function closedOn(calendar: SiteCalendar): ReadonlySet<LocalDate> {
  const known = closedDates.get(calendar);
  if (known) return known;
  const dates = new Set([...calendar.holidays.map((holiday) => holiday.on), ...(calendar.closures ?? [])]);
  closedDates.set(calendar, dates);
  return dates;
}

const hoursOn = (calendar: SiteCalendar, date: LocalDate) =>
  calendar.hours[String(weekday(date)) as keyof SiteCalendar['hours']];

/** Whether the site is open on that date: it has hours on the weekday, and the date is neither a holiday nor a closure. */
export const isBusinessDay = (calendar: SiteCalendar, date: LocalDate): boolean =>
  hoursOn(calendar, date) !== undefined && !closedOn(calendar).has(date);

function search(calendar: SiteCalendar, from: LocalDate, step: 1 | -1): LocalDate {
  let date = from;
  for (let tried = 0; tried < LONGEST_CLOSURE_DAYS; tried++) {
    if (isBusinessDay(calendar, date)) return date;
    date = addDays(date, step);
  }
  // A site that is never open still owes its patients: the date stands as it was.
  return from;
}

/** The date itself when it is a business day, else the next one (G1). */
export const rollForward = (calendar: SiteCalendar, date: LocalDate): LocalDate => search(calendar, date, 1);

/** The date itself when it is a business day, else the one before (G1, `←`). */
export const rollBack = (calendar: SiteCalendar, date: LocalDate): LocalDate => search(calendar, date, -1);

/** The first business day strictly after the date. */
export const nextBusinessDay = (calendar: SiteCalendar, date: LocalDate): LocalDate =>
  search(calendar, addDays(date, 1), 1);

/** The n-th business day strictly after the date (n ≥ 1): "+1 business day" after a Friday is Monday, Tuesday when that is a holiday (domain.md §9.4). */
export function addBusinessDays(calendar: SiteCalendar, date: LocalDate, n: number): LocalDate {
  let found = date;
  for (let counted = 0; counted < n; counted++) found = nextBusinessDay(calendar, found);
  return found;
}

/** The last business day of the month in which the date lies (G5). */
export const lastBusinessDayOfMonth = (calendar: SiteCalendar, date: LocalDate): LocalDate =>
  rollBack(calendar, lastDayOfMonth(date));

const latestClosing = (calendar: SiteCalendar): string =>
  Object.values(calendar.hours)
    .map((day) => day.closes)
    .reduce((latest, closes) => (closes > latest ? closes : latest), '00:00');

/** The instant of closing time that day; on a closed day the latest closing time of the week, since safety steps fall on such days too (G2, COB). */
export function closeOfBusiness(calendar: SiteCalendar, date: LocalDate): string {
  const closes = isBusinessDay(calendar, date) ? hoursOn(calendar, date)?.closes : undefined;
  return atLocal(date, closes ?? latestClosing(calendar), calendar.zone);
}

/** Whether the site is open at that local time (HH:MM) of that date; the minute of closing is closed. */
export function isWithinHours(calendar: SiteCalendar, date: LocalDate, time: string): boolean {
  const hours = isBusinessDay(calendar, date) ? hoursOn(calendar, date) : undefined;
  return hours !== undefined && hours.opens <= time && time < hours.closes;
}

/** Whether the site is open at that instant: by day the care manager is told of a safety concern, after hours the on-call. */
export const isOpenAt = (calendar: SiteCalendar, instant: string): boolean =>
  isWithinHours(calendar, localDate(instant, calendar.zone), localTime(instant, calendar.zone));
