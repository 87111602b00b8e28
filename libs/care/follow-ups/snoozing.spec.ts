import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, compareInstants, isBusinessDay, localDate, plusHours } from '../calendar/index.js';
import { DEFAULT_POLICY, NEW_YORK, referral, Tale, tried } from '../testing/tale.js';
import { foldLedger, type LedgerEntry } from './ledger.js';
import { enrolled, stepsOf } from './specs.js';

const snooze = (tale: Tale, kind: string, until: string) =>
  tale.attempt({ type: 'SnoozeFollowUp', followUpId: tale.open(kind)[0]!.followUpId, until, reason: 'patient-asked' });
const planned = (dueOn: string): Tale => enrolled().act({ type: 'PlanTask', dueOn, text: 'x' });
const nowStepsOf = (entry: LedgerEntry): string[] => stepsOf({ ...entry, ladder: entry.steps });

describe('a snooze', () => {
  it('that would end on a Saturday ends on Monday', () => {
    const tale = enrolled().at('2027-01-19 12:00');
    expect(nowStepsOf(tale.one('contact'))).toEqual(['2027-01-19 08:00 care-manager', '2027-02-02 08:00 digest']);
    expect(snooze(tale, 'contact', '2027-01-23')).toBeUndefined();
    expect(nowStepsOf(tale.one('contact'))).toEqual([
      '2027-01-19 08:00 care-manager',
      '2027-01-25 08:00 care-manager',
      '2027-02-02 08:00 digest',
    ]);
  });

  it('ends for whose work it is: nobody whom the ladder tells next hears of it before their turn', () => {
    const task = planned('2027-02-10').at('2027-02-10 12:00');
    snooze(task, 'planned-task', '2027-02-12');
    expect(nowStepsOf(task.one('planned-task')).at(-1)).toBe('2027-02-12 08:00 task-owner');
    const search = enrolled().at('2027-02-11 12:00');
    snooze(search, 'no-contact', '2027-02-18');
    expect(nowStepsOf(search.one('no-contact')).slice(3)).toEqual([
      '2027-02-18 08:00 care-manager',
      '2027-03-05 08:00 care-manager+provider+supervisor',
      '2027-04-05 08:00 care-manager+supervisor',
    ]);
  });

  it('of what the supervisor alone is asked ends for the supervisor', () => {
    const tale = new Tale().at('2027-02-01 09:00').act(referral()).act(tried()).at('2027-03-01 12:00');
    expect(stepsOf(tale.one('close-unreached-referral'))[0]).toBe('2027-03-01 08:00 supervisor');
    snooze(tale, 'close-unreached-referral', '2027-03-03');
    expect(nowStepsOf(tale.one('close-unreached-referral'))[1]).toBe('2027-03-03 08:00 supervisor');
  });

  it('goes no further than the next step that tells others: a high risk keeps its word to the supervisor', () => {
    const tale = enrolled().act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' });
    tale.at('2027-01-05 09:00');
    expect(snooze(tale, 'no-contact', '2027-01-12')).toMatchObject({ code: 'snooze-out-of-bounds' });
    expect(snooze(tale, 'no-contact', '2027-01-11')).toBeUndefined();
    expect(nowStepsOf(tale.one('no-contact')).slice(0, 2)).toEqual([
      '2027-01-11 08:00 care-manager',
      '2027-01-11 08:00 supervisor',
    ]);
  });

  it('that would end on a holiday ends on the day after it', () => {
    const tale = planned('2027-02-10').at('2027-02-10 12:00');
    snooze(tale, 'planned-task', '2027-02-15');
    expect(tale.one('planned-task').snoozedUntil).toBe('2027-02-16T13:00:00.000Z');
  });

  it('whose last day is no business day ends before it: fourteen days are not stretched', () => {
    const tale = planned('2027-01-22').at('2027-01-24 12:00');
    expect(snooze(tale, 'planned-task', '2027-02-08')).toMatchObject({ code: 'snooze-out-of-bounds' });
    expect(snooze(tale, 'planned-task', '2027-02-07')).toBeUndefined();
    expect(nowStepsOf(tale.one('planned-task')).at(-1)).toMatch(/^2027-02-05 08:00/);
  });

  it('beyond the second is the supervisor’s, within the same bounds', () => {
    const tale = planned('2027-01-11').at('2027-01-11 12:00');
    const { followUpId } = tale.one('planned-task');
    const again = (until: string, role: string) =>
      tale.attempt({ type: 'SnoozeFollowUp', followUpId, until, reason: 'patient-asked' }, { role });
    for (const until of ['2027-01-12', '2027-01-13']) expect(again(until, 'care-manager')).toBeUndefined();
    expect(again('2027-01-14', 'care-manager')?.code).toBe('snoozed-too-often');
    expect(again('2027-03-01', 'supervisor')?.code).toBe('snooze-out-of-bounds');
    expect(again('2027-01-14', 'supervisor')).toBeUndefined();
  });

  it('of a consult lasts a week at most, once', () => {
    const tale = enrolled().at('2027-03-01 12:00');
    expect(snooze(tale, 'non-response-consult', '2027-03-09')?.code).toBe('snooze-out-of-bounds');
    expect(snooze(tale, 'non-response-consult', '2027-03-08')).toBeUndefined();
    expect(snooze(tale, 'non-response-consult', '2027-03-05')?.code).toBe('snoozed-too-often');
  });

  it.each(['safety-review', 'risk-reassessment', 'risk-consult', 'post-discharge-contact'])('of a %s', (kind) => {
    const tale = enrolled()
      .at('2027-01-05 10:00')
      .act({ type: 'RecordSafetyReview', outcome: 'assessed', level: 'high', tool: 'c-ssrs' })
      .act({ type: 'ReportAcuteCare', kind: 'discharge', on: '2027-01-05' })
      .act({ type: 'RaiseSafetyConcern' });
    expect(snooze(tale, kind, '2027-01-06')?.code).toBe('cannot-be-snoozed');
  });

  it.each(['routine', 'urgent', 'safety'] as const)('of the next attempt after a %s referral', (urgency) => {
    const tale = new Tale().at('2027-02-01 09:00').act(referral({ urgency })).act(tried()).at('2027-02-04 09:00');
    expect(snooze(tale, 'outreach-retry', '2027-02-05')?.code).toBe(
      urgency === 'routine' ? undefined : 'cannot-be-snoozed',
    );
  });

  it('moves the steps it overtakes behind it, on business days; whoever hears later hears on the same day', () => {
    const tale = enrolled().at('2027-01-15 12:00');
    snooze(tale, 'contact', '2027-01-22');
    expect(nowStepsOf(tale.one('contact'))).toEqual([
      '2027-01-22 08:00 care-manager',
      '2027-01-25 08:00 care-manager',
      '2027-02-02 08:00 digest',
    ]);
  });

  it('is refused when the site has no business day to end it on', () => {
    const closures = Array.from({ length: 20 }, (_, n) => addDays('2027-01-23', n));
    const policy = { ...DEFAULT_POLICY, calendar: { ...NEW_YORK, closures } };
    const tale = new Tale(policy);
    const known = planned('2027-01-22').at('2027-01-22 12:00');
    tale.state = known.state;
    tale.now = known.now;
    expect(snooze(tale, 'planned-task', '2027-01-27')).toMatchObject({
      code: 'snooze-out-of-bounds',
      errors: [{ pointer: '/until', detail: 'no business day' }],
    });
  });

  it('recorded before steps were moved to business days is read as it was meant then', () => {
    const tale = enrolled().at('2027-01-15 12:00');
    const { followUpId } = tale.one('contact');
    const facts = { followUpId, until: '2027-01-22T13:00:00.000Z', reason: 'other' };
    const { open } = foldLedger(tale.state.ledger, {
      type: 'FollowUpSnoozed',
      facts,
      revision: tale.state.revision + 1,
      recordedAt: tale.now,
    });
    expect(nowStepsOf(open.get(followUpId)!)[1]).toBe('2027-01-23 08:00 care-manager');
  });

  it('never ends or leaves a step on a day when the site is closed, nor past its bounds, whenever it is asked for', () => {
    const zone = NEW_YORK.zone;
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('contact', 'reassessment', 'planned-task', 'plan-review', 'non-response-consult'),
        fc.integer({ min: 1, max: 60 * 24 }),
        fc.integer({ min: 1, max: 16 }),
        (kind, hours, days) => {
          const tale = planned('2027-01-25');
          tale.until(plusHours(tale.now, hours));
          const [before] = tale.open(kind);
          if (!before) return;
          const today = localDate(tale.now, zone);
          const asked = addDays(today, days);
          const steps = before.steps.filter(({ step }) => step > before.lastStep);
          if (snooze(tale, kind, asked)) return;
          taken += 1;
          const after = tale.open(kind).find(({ followUpId }) => followUpId === before.followUpId)!;
          const waiting = after.steps.filter(({ step }) => step > after.lastStep);
          const day = localDate(after.snoozedUntil!, zone);
          expect(waiting.map(({ step }) => step)).toEqual(waiting.map((_, i) => after.lastStep + 1 + i));
          expect(waiting[0]!.at).toBe(after.snoozedUntil);
          expect(waiting).toHaveLength(steps.length + 1);
          for (const { at } of waiting) expect([at, isBusinessDay(NEW_YORK, localDate(at, zone))]).toEqual([at, true]);
          for (const [i, { at }] of waiting.slice(1).entries())
            expect(compareInstants(waiting[i]!.at, at)).toBeLessThanOrEqual(0);
          expect(day > today && day <= addDays(today, 14)).toBe(true);
          // The nearest business day: none lies between the day that was asked for and the one that it became.
          for (let date = asked; date < day; date = addDays(date, 1)) expect(isBusinessDay(NEW_YORK, date)).toBe(false);
          for (let date = asked; date > day; date = addDays(date, -1))
            expect(isBusinessDay(NEW_YORK, date)).toBe(false);
        },
      ),
      { numRuns: 200, seed: 20261125 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
