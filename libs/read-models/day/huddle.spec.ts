import { describe, expect, it } from '@jest/globals';
import { clinicDay, course, item, standingOut, subject } from '../testing/clinic-day.js';
import type { ClinicDay } from './clinic-day.js';
import type { Course } from './course.js';
import { huddle, type InTreatment } from './huddle.js';

const treated = (patient: string, more: Partial<Course> = {}): InTreatment => ({
  subject: subject(patient),
  course: course(more),
});
const whys = (one: InTreatment, day: ClinicDay = clinicDay([]), sessions = new Map<string, string>()): string[] =>
  huddle(day, [one], sessions, {}).lines.flatMap(({ reasons }) =>
    reasons.map((reason) => `${reason.class}: ${reason.why}`),
  );

/** Enrolled on 29 November: 100 days ago. */
describe('a case comes to the review', () => {
  it('when it is not improved by week 8, on one plan for 12 weeks, and never reviewed', () => {
    expect(whys(treated('p-1'))).toEqual([
      'not-improved: In treatment for 100 days and not improved',
      'plan-unchanged: Not improved, and on the same treatment since 29 Nov 2026',
      'not-reviewed: Enrolled on 29 Nov 2026 and never reviewed',
    ]);
  });

  it('from day 56 and day 84 on, not before', () => {
    const from = (enrolledOn: string, treatmentSince: string) =>
      whys(treated('p-1', { enrolledOn, judgedOn: '2027-03-01', plan: { ...course().plan!, treatmentSince } }));
    expect(from('2027-01-13', '2026-12-16')).toEqual([]);
    expect(from('2027-01-12', '2026-12-16')).toEqual(['not-improved: In treatment for 56 days and not improved']);
    expect(from('2027-01-13', '2026-12-15')).toEqual([
      'plan-unchanged: Not improved, and on the same treatment since 15 Dec 2026',
    ]);
  });

  it('not for what improvement or relapse prevention settles', () => {
    const reviewed = { judgedOn: '2027-03-01' };
    expect(whys(treated('p-1', { ...reviewed, improved: true }))).toEqual([]);
    expect(whys(treated('p-1', { ...reviewed, phase: 'relapse-prevention' }))).toEqual([]);
  });

  it('as new until the team has looked at it, and again after as long as C10 allows', () => {
    const young = { enrolledOn: '2027-02-20', improved: true, plan: null };
    expect(whys(treated('p-1', young))).toEqual(['new: Enrolled on 20 Feb, not yet reviewed']);
    expect(whys(treated('p-1', young), clinicDay([]), new Map([['e-p-1', '2027-03-02']]))).toEqual([]);
    const old = { improved: true, judgedOn: '2026-12-20' };
    expect(whys(treated('p-1', old))).toEqual(['not-reviewed: Last reviewed on 20 Dec 2026']);
    expect(whys(treated('p-1', old), clinicDay([]), new Map([['e-p-1', '2027-01-09']]))).toEqual([]);
  });

  it('because of what was raised to the consultant, which speaks for "not improved"', () => {
    const day = clinicDay([
      item('non-response-consult', { dueOn: '2027-03-20', raised: true, notified: ['consult-queue'] }),
    ]);
    expect(whys(treated('p-1', { judgedOn: '2027-03-01', plan: null }), day)).toEqual([
      'consult: Recommendation due by 20 Mar: no lasting response yet since enrolment 17 days ago, 20 Feb',
    ]);
  });

  it('as not improved also while a recommendation waits for its answer', () => {
    const day = clinicDay([item('recommendation-answer', { notified: ['provider'] })]);
    expect(whys(treated('p-1', { judgedOn: '2027-03-01', plan: null }), day)).toEqual([
      'consult: Answer due 5 Mar: the recommendation was written 17 days ago, 20 Feb',
      'not-improved: In treatment for 100 days and not improved',
    ]);
  });

  it('because of a question that waits', () => {
    const asked = standingOut('p-1', {
      requests: [
        {
          because: 'request',
          revision: 3,
          urgency: 'urgent',
          question: 'Is this dose enough?',
          unreadable: false,
          since: '2027-03-08T15:00:00.000Z',
          on: '2027-03-08',
        },
      ],
    });
    const settled = treated('p-1', { improved: true, judgedOn: '2027-03-01' });
    const owed = (anchorType: 'ConsultRequested' | 'RecommendationAnswered') =>
      item('consult-request', {
        reason: { kind: 'consult-request', anchorOn: '2027-03-08', anchorType, dueOn: '2027-03-09' },
      });
    expect(whys(settled, clinicDay([owed('ConsultRequested')], [asked]))).toEqual([
      'asked: Consult requested on 8 Mar, urgent; not answered yet. Asked: Is this dose enough?',
    ]);
    expect(whys(settled, clinicDay([owed('RecommendationAnswered')]))).toEqual([
      'consult: Answer of the consultant due 9 Mar: a recommendation was declined yesterday, 8 Mar',
    ]);
  });

  it('not because of what is the care manager’s own', () => {
    const settled = treated('p-1', { improved: true, judgedOn: '2027-03-01' });
    expect(whys(settled, clinicDay([item('contact'), item('missed-appointment'), item('result-review')]))).toEqual([]);
  });
});

describe('the line of a case', () => {
  it('orders cases by need and shows how treatment has gone', () => {
    const day = clinicDay([item('safety-review', { patient: 'p-2' }), item('no-contact', { patient: 'p-3' })]);
    const cases = [treated('p-1'), treated('p-2'), treated('p-3', { improved: true, judgedOn: '2027-03-01' })];
    const { lines } = huddle(day, cases, new Map([['e-p-1', '2027-02-23']]), {});
    expect(lines.map((line) => [line.patientId, line.class])).toEqual([
      ['p-2', 'safety'],
      ['p-1', 'not-improved'],
      ['p-3', 'not-seen'],
    ]);
    expect(lines[1]).toMatchObject({
      daysInTreatment: 100,
      daysOnTreatment: 100,
      lastReviewedOn: '2027-02-23',
      daysSinceReview: 14,
    });
  });

  it('takes the later of a review session and a judgement in the record', () => {
    const { lines } = huddle(
      clinicDay([]),
      [treated('p-1', { judgedOn: '2027-03-01' })],
      new Map([['e-p-1', '2027-02-23']]),
      {},
    );
    expect(lines[0]?.lastReviewedOn).toBe('2027-03-01');
  });
});
