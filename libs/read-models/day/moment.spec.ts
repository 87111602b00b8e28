import { describe, expect, it } from '@jest/globals';
import { momentOf, PastDate } from './moment.js';

const NEW_YORK = 'America/New_York';
const GUAM = 'Pacific/Guam';
/** In New York 9 March 22:00, in Guam 10 March 13:00. */
const LATE = '2027-03-10T03:00:00.000Z';

describe('the moment of a list', () => {
  it('is now, by the date of each site', () => {
    const moment = momentOf(LATE, undefined, [NEW_YORK, GUAM]);
    expect([moment.today(NEW_YORK), moment.today(GUAM)]).toEqual(['2027-03-09', '2027-03-10']);
    expect(moment.now(NEW_YORK)).toBe(LATE);
  });

  it('is the same hour of a later date, also across the change to summer time', () => {
    const moment = momentOf(LATE, '2027-03-15', [NEW_YORK, GUAM]);
    expect([moment.today(NEW_YORK), moment.now(NEW_YORK)]).toEqual(['2027-03-15', '2027-03-16T02:00:00.000Z']);
    expect([moment.today(GUAM), moment.now(GUAM)]).toEqual(['2027-03-15', '2027-03-15T03:00:00.000Z']);
  });

  it('is now where the date asked for has passed, and none where it has passed everywhere', () => {
    expect(momentOf(LATE, '2027-03-09', [NEW_YORK, GUAM]).today(GUAM)).toBe('2027-03-10');
    expect(() => momentOf(LATE, '2027-03-08', [NEW_YORK, GUAM])).toThrow(PastDate);
  });
});
