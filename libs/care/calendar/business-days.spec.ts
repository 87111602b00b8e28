import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SiteCalendar } from '../organisation/events.js';
import {
  addBusinessDays,
  addMonths,
  closeOfBusiness,
  compareDates,
  isBusinessDay,
  isOpenAt,
  isWithinHours,
  lastBusinessDayOfMonth,
  nextBusinessDay,
  rollBack,
  rollForward,
  usFederalHolidays,
} from './index.js';

const day = { opens: '08:00', closes: '17:00' };
const clinic: SiteCalendar = {
  zone: 'America/New_York',
  hours: { '1': day, '2': day, '3': day, '4': day, '5': { opens: '08:00', closes: '15:00' } },
  holidays: usFederalHolidays(2026, 2028),
  closures: ['2026-12-14'],
};
const dates = fc
  .date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2028-11-30T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const calendars: fc.Arbitrary<SiteCalendar> = fc.record({
  zone: fc.constant('America/New_York'),
  hours: fc
    .subarray(['1', '2', '3', '4', '5', '6', '7'] as const, { minLength: 1 })
    .map((days) => Object.fromEntries(days.map((d) => [d, day]))),
  holidays: fc.array(
    dates.map((on) => ({ on, name: 'closed' })),
    { maxLength: 20 },
  ),
  closures: fc.array(dates, { maxLength: 20 }),
});

describe('business days', () => {
  it('are the days with hours that are neither holiday nor closure', () => {
    expect(isBusinessDay(clinic, '2026-11-23')).toBe(true);
    expect(isBusinessDay(clinic, '2026-11-26')).toBe(false);
    expect(isBusinessDay(clinic, '2026-11-28')).toBe(false);
    expect(isBusinessDay(clinic, '2026-12-14')).toBe(false);
  });

  it('roll forward over the weekend and a holiday, and back', () => {
    expect(rollForward(clinic, '2026-11-28')).toBe('2026-11-30');
    expect(rollForward(clinic, '2026-11-30')).toBe('2026-11-30');
    expect(rollBack(clinic, '2026-11-29')).toBe('2026-11-27');
    expect(rollForward(clinic, '2027-02-13')).toBe('2027-02-16');
    expect(nextBusinessDay(clinic, '2026-11-27')).toBe('2026-11-30');
  });

  it('answer a referral of Friday 12 February 2027 on Tuesday, as Monday is a holiday', () => {
    expect(addBusinessDays(clinic, '2027-02-12', 1)).toBe('2027-02-16');
    expect(addBusinessDays(clinic, '2026-11-25', 3)).toBe('2026-12-01');
    expect(addBusinessDays(clinic, '2026-11-28', 1)).toBe('2026-11-30');
  });

  it('end the month after 29 January 2027 on Friday 26 February', () => {
    expect(lastBusinessDayOfMonth(clinic, addMonths('2027-01-29', 1))).toBe('2027-02-26');
    expect(lastBusinessDayOfMonth(clinic, '2027-05-10')).toBe('2027-05-28');
    expect(lastBusinessDayOfMonth(clinic, '2027-12-01')).toBe('2027-12-30');
  });

  it('know when the site closes, on closed days too', () => {
    expect(closeOfBusiness(clinic, '2026-11-23')).toBe('2026-11-23T22:00:00.000Z');
    expect(closeOfBusiness(clinic, '2026-11-27')).toBe('2026-11-27T20:00:00.000Z');
    expect(closeOfBusiness(clinic, '2026-11-28')).toBe('2026-11-28T22:00:00.000Z');
    expect(closeOfBusiness(clinic, '2026-11-26')).toBe('2026-11-26T22:00:00.000Z');
  });

  it('know whether somebody is there', () => {
    expect(isOpenAt(clinic, '2027-03-05T23:40:00.000Z')).toBe(false);
    expect(isOpenAt(clinic, '2026-11-23T13:00:00.000Z')).toBe(true);
    expect(isOpenAt(clinic, '2026-11-23T12:59:59.999Z')).toBe(false);
    expect(isOpenAt(clinic, '2026-11-23T22:00:00.000Z')).toBe(false);
    expect(isOpenAt(clinic, '2026-11-26T15:00:00.000Z')).toBe(false);
    expect(isWithinHours(clinic, '2026-11-27', '15:00')).toBe(false);
    expect(isWithinHours(clinic, '2026-11-27', '14:59')).toBe(true);
  });

  it('never loop where a site is never open', () => {
    const never: SiteCalendar = { zone: 'UTC', hours: {}, holidays: [] };
    expect(rollForward(never, '2026-11-23')).toBe('2026-11-23');
    expect(rollBack(never, '2026-11-23')).toBe('2026-11-23');
    expect(addBusinessDays(never, '2026-11-23', 2)).toBe('2026-11-25');
  });

  it('stay where they are once rolled', () => {
    fc.assert(
      fc.property(calendars, dates, (calendar, date) => {
        const forward = rollForward(calendar, date);
        expect(rollForward(calendar, forward)).toBe(forward);
        expect(isBusinessDay(calendar, forward)).toBe(true);
        expect(compareDates(forward, date)).toBeGreaterThanOrEqual(0);
        const back = rollBack(calendar, date);
        expect(isBusinessDay(calendar, back)).toBe(true);
        expect(compareDates(back, date)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('are counted in order: a later start or a larger count never ends earlier', () => {
    fc.assert(
      fc.property(calendars, dates, dates, fc.integer({ min: 1, max: 20 }), (calendar, a, b, n) => {
        const [first, second] = compareDates(a, b) <= 0 ? [a, b] : [b, a];
        expect(
          compareDates(addBusinessDays(calendar, first, n), addBusinessDays(calendar, second, n)),
        ).toBeLessThanOrEqual(0);
        expect(compareDates(addBusinessDays(calendar, a, n), addBusinessDays(calendar, a, n + 1))).toBeLessThan(0);
        expect(compareDates(addBusinessDays(calendar, a, 1), a)).toBeGreaterThan(0);
      }),
    );
  });
});
