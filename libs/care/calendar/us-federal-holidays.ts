import type { LocalDate } from '../words.js';
import { addDays, lastDayOfMonth, weekday } from './local-dates.js';

export interface Holiday {
  readonly on: LocalDate;
  readonly name: string;
}

const MONDAY = 1;
const THURSDAY = 4;
const JUNETEENTH_SINCE = 2021;

const day = (year: number, month: number, dayOfMonth: number): LocalDate =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;

/** On a Saturday the Friday before is off, on a Sunday the Monday after. */
function observed(on: LocalDate, name: string): Holiday {
  if (weekday(on) === 6) return { on: addDays(on, -1), name: `${name} (observed)` };
  if (weekday(on) === 7) return { on: addDays(on, 1), name: `${name} (observed)` };
  return { on, name };
}

function nth(year: number, month: number, isoWeekday: number, n: number): LocalDate {
  const first = day(year, month, 1);
  return addDays(first, ((isoWeekday - weekday(first) + 7) % 7) + 7 * (n - 1));
}

function lastMonday(year: number, month: number): LocalDate {
  const last = lastDayOfMonth(day(year, month, 1));
  return addDays(last, MONDAY - weekday(last));
}

const ofYear = (year: number): Holiday[] => [
  observed(day(year, 1, 1), 'New Year’s Day'),
  { on: nth(year, 1, MONDAY, 3), name: 'Birthday of Martin Luther King, Jr.' },
  { on: nth(year, 2, MONDAY, 3), name: 'Washington’s Birthday' },
  { on: lastMonday(year, 5), name: 'Memorial Day' },
  ...(year >= JUNETEENTH_SINCE ? [observed(day(year, 6, 19), 'Juneteenth National Independence Day')] : []),
  observed(day(year, 7, 4), 'Independence Day'),
  { on: nth(year, 9, MONDAY, 1), name: 'Labor Day' },
  { on: nth(year, 10, MONDAY, 2), name: 'Columbus Day' },
  observed(day(year, 11, 11), 'Veterans Day'),
  { on: nth(year, 11, THURSDAY, 4), name: 'Thanksgiving Day' },
  observed(day(year, 12, 25), 'Christmas Day'),
];

/**
 * The legal public holidays of the United States as observed from 1 January `fromYear` to 31 December `toYear` (5 U.S.C. 6103; E.O. 11582),
 * in order. Inauguration Day is not among them. The New Year of the year after counts when it is observed on 31 December.
 */
export function usFederalHolidays(fromYear: number, toYear: number): Holiday[] {
  const years = Array.from({ length: Math.max(0, toYear - fromYear + 2) }, (_, i) => fromYear + i);
  return years.flatMap(ofYear).filter(({ on }) => on >= day(fromYear, 1, 1) && on <= day(toYear, 12, 31));
}
