import { describe, expect, it } from '@jest/globals';
import {
  organisationDecider,
  type FollowUpKind,
  type Notify,
  type OrganisationState,
  type RecordedOrganisationEvent,
} from '#care';
import { WORKLIST_CLASSES } from '../words/classes.js';
import type { WorklistEpisode, WorklistItem } from './item.js';
import { worklistRows } from './rows.js';

const NOW = '2027-03-09T15:00:00.000Z';

const organisation: OrganisationState = (
  [
    ['cm-1', 'care-manager'],
    ['cm-2', 'care-manager'],
    ['sup-1', 'supervisor'],
    ['psy-1', 'psychiatric-consultant'],
    ['pcp-1', 'provider'],
  ] as const
).reduce(
  (state, [staff, role], revision) =>
    told(state, { type: 'StaffJoined', facts: { staff, role }, sealed: {}, revision }),
  organisationDecider.initial,
);

function told(state: OrganisationState, event: object): OrganisationState {
  return organisationDecider.evolve(state, {
    occurredAt: NOW,
    recordedAt: NOW,
    actor: 'user:sup-1',
    actorRole: 'supervisor',
    commandId: 'c',
    ...event,
  } as unknown as RecordedOrganisationEvent);
}

const EPISODE: WorklistEpisode = {
  patientId: 'p-1',
  patientName: 'Ana',
  unreadable: false,
  site: 'main',
  phase: 'acute',
  careManager: 'cm-1',
  formerOwner: null,
  provider: 'pcp-1',
  scale: 'PHQ-9',
  isInpatient: false,
  bookedOn: null,
};

const item = (kind: FollowUpKind, more: Partial<WorklistItem> & { patient?: string } = {}): WorklistItem => {
  const { patient = 'p-1', ...rest } = more;
  return {
    episodeId: `e-${patient}`,
    followUpId: `${kind}:1:1`,
    kind,
    reason: { kind, anchorOn: '2027-02-20', dueOn: '2027-03-05', scale: 'PHQ-9' },
    dueOn: '2027-03-05',
    note: null,
    safety: kind === 'safety-review',
    since: '2027-03-05T13:00:00.000Z',
    notified: ['care-manager'],
    next: { at: '2027-03-19T12:00:00.000Z', notify: ['digest'] },
    snoozedUntil: null,
    acknowledgedBy: null,
    owner: null,
    ceiling: '2027-03-19T12:00:00.000Z',
    zone: 'America/New_York',
    episode: { ...EPISODE, patientId: patient },
    ...rest,
  };
};
const kinds = (items: readonly WorklistItem[], now = NOW): FollowUpKind[][] =>
  worklistRows(items, organisation, now).map((row) => row.chips.map(({ kind }) => kind));

describe('one row per person, patient and day', () => {
  it('takes the highest class as its headline and the rest as chips', () => {
    const rows = worklistRows([item('contact'), item('safety-review'), item('reassessment')], organisation, NOW);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      assignee: 'cm-1',
      day: '2027-03-09',
      patientId: 'p-1',
      class: 'safety',
      headline: { kind: 'safety-review' },
    });
    expect(rows[0]?.chips.map(({ kind }) => kind)).toEqual(['safety-review', 'contact', 'reassessment']);
  });

  it('says why, since when, by when, what closes it and who hears next', () => {
    const [row] = worklistRows([item('reassessment')], organisation, NOW);
    expect(row?.headline).toMatchObject({
      title: 'Scale',
      why: 'PHQ-9 due 5 Mar: the last one was 17 days ago, 20 Feb',
      since: '2027-03-05T13:00:00.000Z',
      dueOn: '2027-03-05',
      daysOverdue: 4,
      closes: 'a complete scale after that date',
      next: { at: '2027-03-19T12:00:00.000Z', notify: ['digest'] },
    });
  });

  it('gives everybody who was told a row of their own; the digest’s is marked', () => {
    const rows = worklistRows([item('contact', { notified: ['care-manager', 'digest'] })], organisation, NOW);
    expect(rows.map(({ assignee, digestOnly }) => [assignee, digestOnly])).toEqual([
      ['cm-1', false],
      ['sup-1', true],
    ]);
  });
});

describe('the order', () => {
  it('is safety, post-discharge, risk, relapse or deterioration, consult, new referral, missed visit, routine', () => {
    const oneOfEach: FollowUpKind[] = [
      'reassessment',
      'missed-appointment',
      'first-outreach',
      'non-response-consult',
      'relapse-confirm',
      'risk-reassessment',
      'post-discharge-contact',
      'safety-review',
    ];
    const rows = worklistRows(
      oneOfEach.map((kind, i) => item(kind, { patient: `p-${i}` })),
      organisation,
      NOW,
    );
    expect(rows.map((row) => row.class)).toEqual([...WORKLIST_CLASSES]);
  });

  it('within a class is what was due first', () => {
    const rows = worklistRows(
      [
        item('contact', { patient: 'late', dueOn: '2027-03-08' }),
        item('contact', { patient: 'early', dueOn: '2027-03-02' }),
      ],
      organisation,
      NOW,
    );
    expect(rows.map(({ patientId }) => patientId)).toEqual(['early', 'late']);
  });
});

describe('muting', () => {
  it('leaves the contact that is still to be made where a high risk tells of no contact early', () => {
    const rows = worklistRows([item('contact'), item('no-contact')], organisation, NOW);
    expect(rows[0]?.chips.map(({ kind }) => kind)).toEqual(['no-contact', 'contact']);
    expect(rows[0]?.muted).toEqual([]);
  });

  it('hides contact and scale while an appointment within the contact’s ceiling waits for its outcome', () => {
    const booked = { episode: { ...EPISODE, bookedOn: '2027-03-12' } };
    expect(kinds([item('contact', booked), item('reassessment', booked), item('missed-appointment', booked)])).toEqual([
      ['missed-appointment'],
    ]);
    const tooLate = { episode: { ...EPISODE, bookedOn: '2027-03-20' } };
    expect(kinds([item('contact', tooLate)])).toEqual([['contact']]);
  });

  it('hides what was put off until then, and no longer', () => {
    const later = { snoozedUntil: '2027-03-11T13:00:00.000Z' };
    expect(kinds([item('reassessment', later)])).toEqual([]);
    expect(kinds([item('reassessment', later)], '2027-03-11T13:00:00.000Z')).toEqual([['reassessment']]);
  });

  it('hides risk while the patient is in hospital, and never safety', () => {
    const inpatient = { episode: { ...EPISODE, isInpatient: true }, snoozedUntil: '2027-03-20T13:00:00.000Z' };
    expect(kinds([item('risk-reassessment', inpatient), item('safety-review', inpatient)])).toEqual([
      ['safety-review'],
    ]);
  });

  it('lets early check, week 8 and plan review share one chip', () => {
    const [row] = worklistRows(
      [item('plan-review'), item('non-response-consult'), item('early-response-check')],
      organisation,
      NOW,
    );
    expect(row?.chips).toHaveLength(1);
    expect(row?.headline).toMatchObject({ kind: 'non-response-consult', class: 'consult' });
    expect(row?.headline.together.map(({ kind }) => kind)).toEqual(['early-response-check', 'plan-review']);
  });
});

describe('who is meant', () => {
  const assignees = (
    state: OrganisationState,
    notified: Notify[],
    more: Partial<WorklistItem> = {},
  ): (string | null)[] =>
    worklistRows([item('contact', { notified, ...more })], state, NOW).map(({ assignee }) => assignee);

  it('is whoever covers at this moment', () => {
    const onLeave = told(organisation, {
      type: 'CoverageArranged',
      facts: { absent: 'cm-1', cover: 'cm-2', from: '2027-03-08T00:00:00.000Z', until: '2027-03-12T00:00:00.000Z' },
      sealed: null,
      revision: 9,
    });
    expect(assignees(onLeave, ['care-manager'])).toEqual(['cm-2']);
  });

  it('is the supervisor when the care manager has left without cover', () => {
    expect(
      assignees(told(organisation, { type: 'StaffLeft', facts: { staff: 'cm-1' }, sealed: null, revision: 9 }), [
        'care-manager',
      ]),
    ).toEqual(['sup-1']);
  });

  it('is the named person when it was handed over', () => {
    expect(assignees(organisation, ['care-manager'], { owner: 'cm-2' })).toEqual(['cm-2']);
  });

  it('is the named person too when what was handed over had been told to others alone', () => {
    expect(assignees(organisation, ['supervisor'], { owner: 'cm-2' })).toEqual(['cm-2', 'sup-1']);
  });

  it('is still shown when the episode cannot be read, and when nobody is there', () => {
    expect(assignees(organisation, ['care-manager'], { episode: null })).toEqual(['sup-1']);
    expect(assignees(organisationDecider.initial, ['care-manager'])).toEqual([null]);
  });
});
