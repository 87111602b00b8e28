import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { daysBetween, localDate, plusHours } from '../calendar/index.js';
import type { EpisodeCommand } from '../episode/commands.js';
import { referral, Tale } from '../testing/tale.js';
import { enrolled, stepsOf } from './specs.js';

/** Referred on Monday 4 January 2027 with nobody assigned: the supervisor hears on Tuesday and Wednesday. */
const unassigned = (): Tale => new Tale().at('2027-01-04 09:00').act(referral({ careManager: undefined }));
const assigned = (tale: Tale): Tale => tale.act({ type: 'AssignCareManager', careManager: 'cm-1' });
const released = (tale: Tale): Tale =>
  tale.act({ type: 'ReleaseCareManager', careManager: 'cm-1', reason: 'staff-left' });
const raises = (tale: Tale): [number, string][] =>
  tale.raised('first-outreach').map(({ step, recordedAt }) => [step, recordedAt.slice(0, 10)]);
const every = (reassessEvery: number): EpisodeCommand => ({
  type: 'SetTreatmentPlan',
  treatmentChanged: false,
  reassessEvery,
});

describe('a follow-up in a changed form', () => {
  it('raises the rungs that are left, under the next numbers', () => {
    const tale = assigned(unassigned().at('2027-01-05 12:00'));
    expect(stepsOf(tale.one('first-outreach'))).toEqual(['2027-01-06 08:00 supervisor']);
    expect(raises(tale.at('2027-01-06 12:00'))).toEqual([
      [1, '2027-01-05'],
      [2, '2027-01-06'],
    ]);
  });

  it('stays with whom it was handed to', () => {
    const tale = enrolled().act(every(14));
    tale.act({ type: 'HandOverFollowUp', followUpId: tale.one('reassessment').followUpId, to: 'cm-2' });
    const before = tale.one('reassessment');
    const after = tale.act(every(7)).one('reassessment');
    expect([after.followUpId === before.followUpId, after.owner]).toEqual([false, 'cm-2']);
  });

  it('whose steps were all raised goes on repeating an interval after the last raise, not at once', () => {
    const tale = assigned(unassigned().at('2027-01-08 12:00'));
    expect(stepsOf(tale.one('first-outreach'))).toEqual(['2027-01-13 08:00 supervisor']);
    expect(raises(tale.at('2027-01-28 12:00'))).toEqual([
      [1, '2027-01-05'],
      [2, '2027-01-06'],
      [3, '2027-01-13'],
      [4, '2027-01-20'],
      [5, '2027-01-27'],
    ]);
  });

  it('that repeats is left alone by whatever changes only steps it has behind it', () => {
    const tale = assigned(unassigned().at('2027-01-08 12:00')).at('2027-01-11 12:00');
    const { followUpId } = tale.one('first-outreach');
    released(tale);
    expect(tale.one('first-outreach').followUpId).toBe(followUpId);
    expect(raises(tale.at('2027-01-14 12:00')).at(-1)).toEqual([3, '2027-01-13']);
  });

  it('that gets an earlier day twice keeps the day of its next raise', () => {
    // Enrolled with a score on 4 January: due on 1 February, named as overdue one and two weeks later (15 February is a holiday).
    const tale = enrolled().act(every(28)).at('2027-02-16 12:00');
    expect(tale.raised('reassessment').map(({ step, recordedAt }) => [step, recordedAt.slice(0, 10)])).toEqual([
      [1, '2027-02-01'],
      [2, '2027-02-08'],
      [3, '2027-02-16'],
    ]);
    const ids = [21, 14].map((interval) => tale.act(every(interval)).one('reassessment').followUpId);
    expect(ids.map((id) => id.split(':').at(-1))).toEqual(['3', '4']);
    expect(stepsOf(tale.one('reassessment'))).toEqual(['2027-02-23 08:00 digest+consult-queue']);
    expect(tale.at('2027-03-02 12:00').raised('reassessment').slice(3)).toMatchObject([{ step: 4 }, { step: 5 }]);
  });

  it('that has unraised steps behind it raises the last of them at once: nobody was told', () => {
    const tale = enrolled().act(every(42)).at('2027-02-16 12:00');
    tale.act(every(14)).wake();
    expect(tale.raised('reassessment').map(({ notify }) => notify.includes('digest'))).toEqual([false, true]);
  });

  it('repeats once a week, however often people come and go', () => {
    const changes = fc.array(fc.record({ hours: fc.integer({ min: 1, max: 240 }), assigns: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(changes, (moments) => {
        const tale = unassigned();
        for (const { hours, assigns } of moments) {
          tale.until(plusHours(tale.now, hours));
          if (assigns) assigned(tale);
          else released(tale);
        }
        tale.until(plusHours(tale.now, 24 * 8));
        const days = tale.raised('first-outreach').map(({ recordedAt }) => localDate(recordedAt, 'America/New_York'));
        expect(days.slice(0, 2)).toEqual(['2027-01-05', '2027-01-06'].slice(0, days.length));
        for (const [i, day] of days.slice(2).entries()) expect(daysBetween(days[i + 1]!, day)).toBe(7);
      }),
      { numRuns: 100, seed: 20261125 },
    );
  });
});
