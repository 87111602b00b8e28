import type { LocalDate } from '../words.js';
import { boundedMemo } from './bounded-memo.js';

/** The dates of some forty years; all arithmetic on days is arithmetic on these numbers. */
const REMEMBERED = 15_000;
const numbers = boundedMemo<LocalDate, number>(REMEMBERED);
const dates = boundedMemo<number, LocalDate>(REMEMBERED);
const months = boundedMemo<string, LocalDate>(REMEMBERED);
const lastDays = boundedMemo<LocalDate, LocalDate>(REMEMBERED);

const EPOCH = Temporal.PlainDate.from('1970-01-01');
const parse = (text: LocalDate) => Temporal.PlainDate.from(text);

/** Days since 1 January 1970. */
const numberOf = (date: LocalDate): number =>
  numbers(date, () => EPOCH.until(parse(date), { largestUnit: 'day' }).days);
const dateOf = (number: number): LocalDate => dates(number, () => EPOCH.add({ days: number }).toString());

/** The date `n` calendar days later (earlier when negative). */
export const addDays = (from: LocalDate, n: number): LocalDate => dateOf(numberOf(from) + n);

/** The same day of the month `n` months later; the last day where that month is shorter (31 Jan + 1 = 28 or 29 Feb). */
export const addMonths = (from: LocalDate, n: number): LocalDate =>
  months(`${from}|${n}`, () => parse(from).add({ months: n }).toString());

/** Calendar days from `a` to `b` (b − a); the local day of an anchor is day 0 (follow-up-rules G1). */
export const daysBetween = (a: LocalDate, b: LocalDate): number => numberOf(b) - numberOf(a);

/** ISO weekday: 1 Monday … 7 Sunday. Day 0 was a Thursday. */
export const weekday = (on: LocalDate): number => ((((numberOf(on) + 3) % 7) + 7) % 7) + 1;

/** Negative when `a` is earlier than `b`, 0 when they are the same day, positive when later. */
export const compareDates = (a: LocalDate, b: LocalDate): number => daysBetween(b, a);

/** The last day of the month in which `on` lies: "monthly" means by then, never one month later (domain.md §9.33). */
export const lastDayOfMonth = (on: LocalDate): LocalDate =>
  lastDays(on, () => {
    const day = parse(on);
    return day.with({ day: day.daysInMonth }).toString();
  });

/** Full years from `a` to `b`: an age. Who was born on 29 February is a year older on 1 March of other years. */
export const fullYears = (a: LocalDate, b: LocalDate): number =>
  parse(a).until(parse(b), { largestUnit: 'year' }).years;
