import { describe, expect, it } from '@jest/globals';
import { usFederalHolidays } from './index.js';

const days = (year: number) => usFederalHolidays(year, year).map(({ on }) => on.slice(5));

describe('the federal holidays of the United States', () => {
  it.each([
    [2024, '01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25'],
    [2025, '01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25'],
    [2026, '01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25'],
    [2027, '01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31'],
    [2028, '01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25'],
  ])('of %i are observed on the published days', (year, expected) => {
    expect(days(year)).toEqual(expected.split(' '));
  });

  it('name the day that is moved', () => {
    expect(usFederalHolidays(2027, 2027).at(-1)).toEqual({ on: '2027-12-31', name: 'New Year’s Day (observed)' });
    expect(usFederalHolidays(2027, 2027)[0]).toEqual({ on: '2027-01-01', name: 'New Year’s Day' });
  });

  it('have their names', () => {
    expect(usFederalHolidays(2026, 2026).map(({ name }) => name)).toEqual([
      'New Year’s Day',
      'Birthday of Martin Luther King, Jr.',
      'Washington’s Birthday',
      'Memorial Day',
      'Juneteenth National Independence Day',
      'Independence Day (observed)',
      'Labor Day',
      'Columbus Day',
      'Veterans Day',
      'Thanksgiving Day',
      'Christmas Day',
    ]);
  });

  it('have Juneteenth since 2021, and nothing in its place before', () => {
    expect(usFederalHolidays(2020, 2020)).toHaveLength(10);
    expect(
      usFederalHolidays(2020, 2020)
        .map(({ name }) => name)
        .join(),
    ).not.toContain('Juneteenth');
    expect(days(2021)).toContain('06-18');
  });

  it('follow each other in order over the years, and none when the range is empty', () => {
    const all = usFederalHolidays(2024, 2030).map(({ on }) => on);
    expect(all).toEqual([...all].sort());
    expect(new Set(all).size).toBe(all.length);
    expect(usFederalHolidays(2027, 2026)).toEqual([]);
  });
});
