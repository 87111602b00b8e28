import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  atLocal,
  compareInstants,
  daysBetween,
  isZone,
  laterInstant,
  localDate,
  localTime,
  plusHours,
  plusLocalDays,
  toUtc,
} from './index.js';

const NEW_YORK = 'America/New_York';
const zones = fc.constantFrom(
  NEW_YORK,
  'America/Phoenix',
  'America/Denver',
  'America/Anchorage',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
);
const instants = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2030-12-31T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString());

describe('a local date and time as an instant', () => {
  it('is written in UTC with milliseconds', () => {
    expect(atLocal('2026-11-23', '08:00', NEW_YORK)).toBe('2026-11-23T13:00:00.000Z');
    expect(atLocal('2026-07-01', '08:00', NEW_YORK)).toBe('2026-07-01T12:00:00.000Z');
  });

  it('gives Arizona and Denver the same wall clock at different instants in summer only', () => {
    expect(atLocal('2026-07-01', '08:00', 'America/Phoenix')).toBe('2026-07-01T15:00:00.000Z');
    expect(atLocal('2026-07-01', '08:00', 'America/Denver')).toBe('2026-07-01T14:00:00.000Z');
    expect(atLocal('2026-12-01', '08:00', 'America/Phoenix')).toBe(atLocal('2026-12-01', '08:00', 'America/Denver'));
  });

  it('moves a time that the clock skips to the first valid one', () => {
    expect(atLocal('2027-03-14', '02:30', NEW_YORK)).toBe('2027-03-14T07:00:00.000Z');
    expect(localTime('2027-03-14T07:00:00.000Z', NEW_YORK)).toBe('03:00');
    expect(atLocal('2027-03-14', '02:00', NEW_YORK)).toBe('2027-03-14T07:00:00.000Z');
    expect(atLocal('2027-03-14', '01:59', NEW_YORK)).toBe('2027-03-14T06:59:00.000Z');
    expect(atLocal('2027-03-14', '03:00', NEW_YORK)).toBe('2027-03-14T07:00:00.000Z');
  });

  it('takes the earlier of two instants with one name', () => {
    expect(atLocal('2026-11-01', '01:30', NEW_YORK)).toBe('2026-11-01T05:30:00.000Z');
    expect(atLocal('2026-11-01', '02:00', NEW_YORK)).toBe('2026-11-01T07:00:00.000Z');
  });

  it('moves a whole day that was skipped to the next', () => {
    expect(localDate(atLocal('2011-12-30', '08:00', 'Pacific/Apia'), 'Pacific/Apia')).toBe('2011-12-31');
  });

  it('is found again as date and time of the instant', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const date = localDate(instant, zone);
        const again = atLocal(date, localTime(instant, zone), zone);
        expect(localDate(again, zone)).toBe(date);
        expect(localTime(again, zone)).toBe(localTime(instant, zone));
        expect(compareInstants(again, instant)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('falls on its own date at 08:00 in every zone', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const date = localDate(instant, zone);
        expect(localDate(atLocal(date, '08:00', zone), zone)).toBe(date);
      }),
    );
  });
});

describe('local days later', () => {
  it('keeps the wall clock over the change of 1 November 2026', () => {
    const nine = '2026-10-20T13:00:00.000Z';
    expect(plusLocalDays(nine, 14, NEW_YORK)).toBe('2026-11-03T14:00:00.000Z');
    expect(localTime(plusHours(nine, 336), NEW_YORK)).toBe('08:00');
  });

  it('keeps seconds and moves out of a gap', () => {
    expect(plusLocalDays('2026-11-20T13:00:07.250Z', 1, NEW_YORK)).toBe('2026-11-21T13:00:07.250Z');
    expect(plusLocalDays('2027-03-13T07:30:00.000Z', 1, NEW_YORK)).toBe('2027-03-14T07:00:00.000Z');
  });

  it('is so many local dates later', () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 0, max: 400 }), (instant, zone, days) => {
        const later = plusLocalDays(instant, days, zone);
        expect(daysBetween(localDate(instant, zone), localDate(later, zone))).toBe(days);
      }),
    );
  });
});

describe('instants', () => {
  it('know the local month: 21:00 on 31 March in New York is 1 April in UTC', () => {
    expect(localDate('2026-04-01T01:00:00.000Z', NEW_YORK)).toBe('2026-03-31');
  });

  it('are compared as moments, not as text', () => {
    expect(compareInstants('2026-11-23T08:00:00-05:00', '2026-11-23T13:00:00.000Z')).toBe(0);
    expect(compareInstants('2026-11-23T09:00:00-05:00', '2026-11-23T13:00:00.000Z')).toBeGreaterThan(0);
    expect(compareInstants('2026-11-23T07:00:00-05:00', '2026-11-23T13:00:00.000Z')).toBeLessThan(0);
    expect(laterInstant('2026-11-23T08:00:00-05:00', '2026-11-23T12:00:00Z')).toBe('2026-11-23T13:00:00.000Z');
    expect(laterInstant('2026-11-23T12:00:00Z', '2026-11-23T13:00:00.000Z')).toBe('2026-11-23T13:00:00.000Z');
  });

  it('are written in one form', () => {
    expect(toUtc('2026-11-23T08:00:00-05:00')).toBe('2026-11-23T13:00:00.000Z');
    expect(toUtc('2026-11-23T13:00:00Z')).toBe('2026-11-23T13:00:00.000Z');
    expect(toUtc('2026-11-23T13:00:00.5Z')).toBe('2026-11-23T13:00:00.500Z');
  });

  it('move by elapsed hours', () => {
    expect(plusHours('2026-11-23T13:00:00.000Z', 4)).toBe('2026-11-23T17:00:00.000Z');
    expect(plusHours('2026-11-23T13:00:00.000Z', -0.5)).toBe('2026-11-23T12:30:00.000Z');
  });

  it('know a zone from other text', () => {
    expect(['America/New_York', 'America/Phoenix', 'UTC'].map(isZone)).toEqual([true, true, true]);
    expect(['', 'New York', '+02:00', 'Mars/Base', '2026-01-01T00:00Z[UTC]'].map(isZone)).toEqual(Array(5).fill(false));
  });
});
