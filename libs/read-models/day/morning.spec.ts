import { describe, expect, it } from '@jest/globals';
import type { FollowUpKind } from '#care';
import { clinicDay, item, record, standingOut } from '../testing/clinic-day.js';
import type { ClinicDay } from './clinic-day.js';
import { morning } from './morning.js';

const classes = (day: ClinicDay, asked = {}): [string | null, string][] =>
  morning(day, asked).lines.map(({ patientId, class: cls }) => [patientId, cls]);

describe('a morning', () => {
  it('is in the order of the worklist, its routine split by date', () => {
    const kinds: [FollowUpKind, string][] = [
      ['contact', '2027-03-11'],
      ['contact', '2027-03-09'],
      ['contact', '2027-03-05'],
      ['missed-appointment', '2027-03-08'],
      ['first-outreach', '2027-03-10'],
      ['non-response-consult', '2027-03-16'],
      ['relapse-confirm', '2027-03-12'],
      ['risk-reassessment', '2027-03-10'],
      ['post-discharge-contact', '2027-03-12'],
      ['safety-review', '2027-03-09'],
    ];
    const items = kinds.map(([kind, dueOn], n) => item(kind, { patient: `p-${n}`, dueOn, raised: true }));
    expect(classes(clinicDay(items)).map(([, cls]) => cls)).toEqual([
      'safety',
      'post-discharge',
      'risk',
      'worse',
      'consult',
      'new-referral',
      'missed-appointment',
      'overdue',
      'due-today',
      'ahead',
    ]);
  });

  it('has urgent advice among the consults before it is due, other advice by its date', () => {
    const dueOn = '2027-03-10';
    const advice = (patient: string, number: string) => {
      const reason = { kind: 'recommendation-action', anchorOn: null, dueOn, numbers: { [number]: 1 } } as const;
      return item('recommendation-action', { patient, dueOn, raised: true, reason });
    };
    const items = [advice('p-1', 'recommendation.action'), advice('p-2', 'recommendation.action.urgent')];
    expect(classes(clinicDay(items))).toEqual([
      ['p-2', 'consult'],
      ['p-1', 'ahead'],
    ]);
  });

  it('has one line for each patient with every reason: why, since when, by when, what closes it, whose', () => {
    const { lines, counts } = morning(
      clinicDay([item('reassessment'), item('contact', { dueOn: '2027-03-09' }), item('safety-review')]),
      {},
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.reasons.map((reason) => reason.kind)).toEqual(['safety-review', 'reassessment', 'contact']);
    expect(lines[0]?.reasons[1]).toEqual({
      class: 'overdue',
      episodeId: 'e-p-1',
      followUpId: 'reassessment:1:1',
      kind: 'reassessment',
      revision: null,
      title: 'Scale',
      why: 'PHQ-9 due 5 Mar: the last one was 17 days ago, 20 Feb',
      since: '2027-03-05T13:00:00.000Z',
      age: 'for 4 days',
      dueOn: '2027-03-05',
      due: '4 days overdue',
      daysOverdue: 4,
      closes: 'a complete scale after that date',
      owner: 'cm-1',
      inHandWith: null,
    });
    expect(counts).toMatchObject({ safety: 1, overdue: 0, 'due-today': 0 });
  });

  it('counts the wait of what was raised late, after an import say, from its due date', () => {
    const late = item('contact', { since: '2027-03-09T14:00:00.000Z' });
    expect(morning(clinicDay([late]), {}).lines[0]?.headline).toMatchObject({
      since: '2027-03-05T05:00:00.000Z',
      age: 'for 4 days',
    });
  });

  it('has a referral that nobody has called before it is due, and nothing else that is neither raised nor due', () => {
    const later = { dueOn: '2027-03-10', raised: false };
    const items = [item('first-outreach', later), item('contact', { ...later, patient: 'p-2' })];
    expect(classes(clinicDay(items))).toEqual([['p-1', 'new-referral']]);
  });

  it('has what is due today before it is raised', () => {
    expect(classes(clinicDay([item('contact', { dueOn: '2027-03-09', raised: false })]))).toEqual([
      ['p-1', 'due-today'],
    ]);
  });

  it('asks for a consult that is due within a week, until somebody has', () => {
    const consult = (dueOn: string) => item('non-response-consult', { dueOn, raised: false });
    const asking = standingOut('p-1', {
      requests: [
        {
          because: 'request',
          revision: 3,
          urgency: 'routine',
          question: null,
          unreadable: false,
          since: '2027-03-08T15:00:00.000Z',
          on: '2027-03-08',
        },
      ],
    });
    expect(classes(clinicDay([consult('2027-03-16')]))).toEqual([['p-1', 'consult']]);
    expect(classes(clinicDay([consult('2027-03-17')]))).toEqual([]);
    expect(classes(clinicDay([consult('2027-03-16')], [asking]))).toEqual([]);
  });

  it('says from the scores that somebody got worse, unless a follow-up says it', () => {
    const worse = standingOut('p-1', {
      worse: { on: '2027-03-04', since: '2027-03-04T15:00:00.000Z', from: 9, to: 16 },
    });
    const { lines } = morning(clinicDay([], [worse]), {});
    expect(lines[0]).toMatchObject({
      class: 'worse',
      headline: {
        why: 'PHQ-9 rose to 16 on 4 Mar, from 9 at best; nobody has reviewed the case since',
        followUpId: null,
      },
    });
    const both = morning(clinicDay([item('deterioration-review')], [worse]), {});
    expect(both.lines[0]?.reasons.map(({ kind }) => kind)).toEqual(['deterioration-review']);
  });

  it('keeps apart, with the reason, what a booked appointment answers', () => {
    const { lines, counts, muted, mutedCount } = morning(
      clinicDay([item('contact', { bookedOn: '2027-03-12' }), item('reassessment', { patient: 'p-2' })]),
      {},
    );
    expect(lines.map(({ patientId }) => patientId)).toEqual(['p-2']);
    expect(counts.overdue).toBe(1);
    expect([mutedCount, muted[0]]).toEqual([
      1,
      expect.objectContaining({
        patientId: 'p-1',
        title: 'Contact',
        because: 'an appointment is booked for 12 Mar',
        owner: 'cm-1',
      }),
    ]);
  });

  it('has the contacts and notes that are not finished, with their author', () => {
    const day = clinicDay(
      [],
      [standingOut('p-1', { records: [record('note', { author: 'cm-4' }), record('dispatch')] })],
    );
    expect(classes(day, { careManager: 'cm-4' })).toEqual([['p-1', 'unsigned']]);
    expect(classes(day, { careManager: 'cm-1' })).toEqual([]);
  });
});

describe('whose morning it is', () => {
  it('is the cover’s while the care manager is on leave', () => {
    const day = clinicDay([item('contact', { careManager: 'cm-2' })]);
    expect(classes(day, { careManager: 'cm-1' })).toEqual([['p-1', 'overdue']]);
    expect(classes(day, { careManager: 'cm-2' })).toEqual([]);
  });

  it('is that of the person to whom a follow-up was handed', () => {
    const day = clinicDay([item('contact', { owner: 'cm-4' }), item('reassessment')]);
    expect(morning(day, { careManager: 'cm-4' }).lines[0]?.reasons.map(({ kind }) => kind)).toEqual(['contact']);
    expect(morning(day, { careManager: 'cm-1' }).lines[0]?.reasons.map(({ kind }) => kind)).toEqual(['reassessment']);
  });

  it('is the supervisor’s when nobody is there, and says so once for each episode', () => {
    const left = { careManager: 'cm-3' };
    const day = clinicDay([item('contact', left), item('reassessment', left)]);
    const { lines } = morning(day, { careManager: 'sup-1' });
    expect(lines[0]).toMatchObject({
      class: 'unattended',
      headline: {
        title: 'Nobody is responsible',
        why: 'cm-3 has left and nobody covers; something has been due since 5 Mar',
      },
    });
    expect(lines[0]?.reasons.filter(({ title }) => title === 'Nobody is responsible')).toHaveLength(1);
  });

  it('is still somebody’s while events of the episode are set aside', () => {
    const day = clinicDay([{ ...item('contact'), episode: null }]);
    expect(morning(day, { careManager: 'sup-1' }).lines).toMatchObject([
      { patientId: null, unreadable: true, owner: 'sup-1' },
    ]);
  });
});
