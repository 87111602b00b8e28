import { describe, expect, it } from '@jest/globals';
import { clinicDay, item } from '../testing/clinic-day.js';
import { bandAt } from '../words/time-bands.js';
import { bestTime, outreach, type ReachedBy } from './outreach.js';
import type { AttemptMade, Preferences, Refusal } from './reach.js';

const attempt = (band: AttemptMade['band']): AttemptMade => ({
  on: '2027-03-01',
  weekday: 'Monday',
  at: '09:00',
  band,
  channel: 'phone',
  outcome: 'no-answer',
  purpose: 'referral',
});
const prefers = (more: Partial<Preferences>): Preferences => ({
  language: null,
  bestTimes: [],
  voicemail: 'not asked',
  text: 'not asked',
  note: null,
  ...more,
});
const reached = (
  preferences: Preferences | null,
  refusals: Refusal[] = [],
  attempts: AttemptMade[] = [],
): ReadonlyMap<string, ReachedBy> =>
  new Map([
    [
      'e-p-1',
      {
        reach: { preferences, unreadable: false, refusals, attempts },
        phone: '555-0100',
        language: 'es',
        interpreter: true,
      },
    ],
  ]);

describe('whom to reach', () => {
  it('is who needs safety, was discharged, referred, missed, not reached or lost, in this order; nobody else', () => {
    const kinds = [
      'contact',
      'no-contact',
      'outreach-retry',
      'missed-appointment',
      'first-outreach',
      'post-discharge-contact',
      'safety-review',
      'close-unreached-referral',
    ] as const;
    const day = clinicDay(kinds.map((kind, n) => item(kind, { patient: `p-${n}` })));
    expect(outreach(day, new Map(), {}).lines.map((line) => line.class)).toEqual([
      'safety',
      'post-discharge',
      'first-outreach',
      'missed-appointment',
      'outreach-retry',
      'no-contact',
    ]);
  });
});

describe('how to reach them', () => {
  const line = (preferences: Preferences | null, refusals: Refusal[] = []) =>
    outreach(clinicDay([item('first-outreach')]), reached(preferences, refusals), {}).lines[0];

  it('says what is safe, and never takes silence for a yes', () => {
    expect(line(prefers({ voicemail: 'not safe', text: 'safe' }))?.how).toBe(
      'No voicemail: it is not safe; a text message is safe',
    );
    expect(line(null)?.how).toBe(
      'Whether a voicemail is safe was never asked; whether a text message is safe was never asked',
    );
  });

  it('never calls safe what was refused since', () => {
    const safe = prefers({ voicemail: 'safe', text: 'safe' });
    expect(line(safe, [{ what: 'messaging', on: '2027-03-04' }])?.how).toBe(
      'Messaging consent withdrawn on 4 Mar; a voicemail is safe',
    );
    const refused = line(safe, [
      { what: 'phone', on: '2027-03-04' },
      { what: 'text', on: '2026-12-05' },
    ]);
    expect(refused?.how).toBe('Declined phone on 4 Mar; declined text on 5 Dec 2026');
    expect(refused?.preferences).toMatchObject({ voicemail: 'not safe', text: 'not safe' });
    expect(line(null, [{ what: 'letter', on: '2027-03-04' }])?.how).toMatch(/^Declined letter on 4 Mar; whether/);
  });

  it('names telephone, interpreter and the language the patient asked for, else that of their record', () => {
    expect(line(prefers({ language: 'ht' }))).toMatchObject({ phone: '555-0100', language: 'ht', interpreter: true });
    expect(line(null)).toMatchObject({ language: 'es' });
  });

  it('proposes the preferred time that was tried least', () => {
    expect(bestTime(['evening', 'midday'], [attempt('evening')])).toEqual({
      band: 'midday',
      why: 'preferred by the patient, not tried yet',
    });
    expect(bestTime(['evening'], [attempt('evening'), attempt('evening')])).toEqual({
      band: 'evening',
      why: 'preferred by the patient, tried 2 times',
    });
    expect(bestTime([], [attempt('morning')])).toEqual({ band: 'midday', why: 'no preference known; not tried yet' });
  });

  it('tells when the letter goes out, once its search goes on', () => {
    const letter = { step: 1, at: '2027-03-08T13:00:00.000Z', note: 'letter or portal message' };
    const retry = item('outreach-retry', { rungs: [letter] });
    expect(outreach(clinicDay([retry]), new Map(), {}).lines[0]?.nextLetter).toEqual({
      on: '2027-03-08',
      why: 'letter or portal message',
    });
    const notYet = item('no-contact', { dueOn: '2027-04-05', raised: false, rungs: [letter] });
    expect(outreach(clinicDay([item('safety-review'), notYet]), new Map(), {}).lines[0]?.nextLetter).toBeNull();
  });

  it('tells of no letter once it was sent; a call and a letter of an earlier search are none', () => {
    const rungs = [{ step: 4, at: '2027-03-08T13:00:00.000Z', note: 'ask the provider, send a letter' }];
    const search = clinicDay([item('no-contact', { dueOn: '2027-02-05', rungs })]);
    const next = (made: Partial<AttemptMade>): unknown =>
      outreach(search, reached(null, [], [{ ...attempt('morning'), ...made }]), {}).lines[0]?.nextLetter?.on ?? null;
    const sent = { channel: 'letter', outcome: 'sent' };
    expect([next({}), next({ ...sent, on: '2027-02-01' }), next({ ...sent, on: '2027-03-08' })]).toEqual([
      '2027-03-08',
      '2027-03-08',
      null,
    ]);
  });
});

describe('a time band', () => {
  it.each([
    ['08:00', 'morning'],
    ['10:59', 'morning'],
    ['11:00', 'midday'],
    ['14:00', 'afternoon'],
    ['17:00', 'evening'],
    ['23:59', 'evening'],
  ])('%s is %s', (time, band) => expect(bandAt(time)).toBe(band));
});
