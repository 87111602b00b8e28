export { addDays, addMonths, compareDates, daysBetween, fullYears, lastDayOfMonth, weekday } from './local-dates.js';
export {
  atLocal,
  compareInstants,
  isZone,
  laterInstant,
  localDate,
  localTime,
  plusHours,
  plusLocalDays,
  toUtc,
} from './instants.js';
export {
  addBusinessDays,
  closeOfBusiness,
  isBusinessDay,
  isOpenAt,
  isWithinHours,
  lastBusinessDayOfMonth,
  nextBusinessDay,
  rollBack,
  rollForward,
} from './business-days.js';
export { usFederalHolidays, type Holiday } from './us-federal-holidays.js';
