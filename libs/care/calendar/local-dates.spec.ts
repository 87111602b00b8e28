import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonths, compareDates, daysBetween, fullYears, lastDayOfMonth, weekday } from './index.js';

const dates = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2040-12-31T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));

describe('local dates', () => {
  it('counts calendar days across months, years and leap days', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2026-10-20', '2026-11-03')).toBe(14);
    expect(daysBetween('2026-11-03', '2026-10-20')).toBe(-14);
    expect(daysBetween('2028-02-01', '2028-03-01')).toBe(29);
  });

  it('keeps within the month when months are added', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
    expect(addMonths('2026-12-15', 1)).toBe('2027-01-15');
    expect(lastDayOfMonth('2026-02-10')).toBe('2026-02-28');
    expect(lastDayOfMonth('2028-02-10')).toBe('2028-02-29');
    expect(lastDayOfMonth('2026-12-01')).toBe('2026-12-31');
  });

  it('counts full years: an age changes on the birthday', () => {
    expect([fullYears('2008-03-02', '2026-03-01'), fullYears('2008-03-02', '2026-03-02')]).toEqual([17, 18]);
    expect([fullYears('2008-02-29', '2026-02-28'), fullYears('2008-02-29', '2026-03-01')]).toEqual([17, 18]);
  });

  it('names weekdays as ISO does and orders dates', () => {
    expect(weekday('2026-11-23')).toBe(1);
    expect(weekday('2026-11-29')).toBe(7);
    expect(compareDates('2026-11-23', '2026-11-24')).toBeLessThan(0);
    expect(compareDates('2026-11-23', '2026-11-23')).toBe(0);
    expect(compareDates('2027-01-01', '2026-12-31')).toBeGreaterThan(0);
  });

  it('takes back by daysBetween what addDays put on', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -1000, max: 1000 }), (date, n) => {
        expect(daysBetween(date, addDays(date, n))).toBe(n);
        expect(addDays(addDays(date, n), -n)).toBe(date);
      }),
    );
  });
});
