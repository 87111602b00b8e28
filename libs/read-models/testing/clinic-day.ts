import {
  DEFAULT_PATHWAY,
  organisationDecider,
  usFederalHolidays,
  type FollowUpKind,
  type OrganisationState,
  type RecordedOrganisationEvent,
} from '#care';
import type { ClinicDay, StandingOut, Subject } from '../day/clinic-day.js';
import type { Course } from '../day/course.js';
import type { DayItem } from '../day/item.js';
import { momentOf } from '../day/moment.js';
import type { OpenRecord } from '../day/records.js';
import type { Standing } from '../day/standing.js';

/** A clinic's day made by hand: Tuesday 9 March 2027, 10:00 in New York. */
export const TODAY = '2027-03-09';
export const NOW = '2027-03-09T15:00:00.000Z';
export const ZONE = 'America/New_York';
const HOURS = { opens: '08:00', closes: '17:00' };

/** cm-2 is on leave and cm-1 covers; cm-3 has left and nobody covers. */
const EVENTS: readonly object[] = [
  {
    type: 'SiteOpened',
    facts: {
      site: 'main',
      name: 'Main',
      calendar: {
        zone: ZONE,
        hours: { '1': HOURS, '2': HOURS, '3': HOURS, '4': HOURS, '5': HOURS },
        holidays: usFederalHolidays(2026, 2029),
      },
    },
  },
  ...['cm-1', 'cm-2', 'cm-3', 'cm-4'].map((staff) => ({ type: 'StaffJoined', facts: { staff, role: 'care-manager' } })),
  { type: 'StaffJoined', facts: { staff: 'sup-1', role: 'supervisor' } },
  { type: 'StaffJoined', facts: { staff: 'psy-1', role: 'psychiatric-consultant' } },
  { type: 'StaffLeft', facts: { staff: 'cm-3' } },
  {
    type: 'CoverageArranged',
    facts: { absent: 'cm-2', cover: 'cm-1', from: '2027-03-08T00:00:00.000Z', until: '2027-03-13T00:00:00.000Z' },
  },
];

export const ORGANISATION: OrganisationState = EVENTS.reduce<OrganisationState>(
  (state, event, revision) =>
    organisationDecider.evolve(state, {
      sealed: {},
      revision,
      occurredAt: NOW,
      recordedAt: NOW,
      actor: 'user:admin-1',
      actorRole: 'administrator',
      commandId: `c-${revision}`,
      ...event,
    } as unknown as RecordedOrganisationEvent),
  organisationDecider.initial,
);

export const subject = (patient: string, more: Partial<Subject> = {}): Subject => ({
  episodeId: `e-${patient}`,
  patientId: patient,
  patientName: `Test Patient ${patient}`,
  unreadable: false,
  site: 'main',
  zone: ZONE,
  careManager: 'cm-1',
  provider: 'pcp-1',
  scale: 'PHQ-9',
  ...more,
});

type Told = Partial<DayItem> & {
  readonly patient?: string;
  readonly careManager?: string | null;
  readonly bookedOn?: string | null;
};

/** Raised when it was due, at 08:00, unless told otherwise. */
export function item(kind: FollowUpKind, more: Told = {}): DayItem {
  const { patient = 'p-1', careManager = 'cm-1', bookedOn = null, ...rest } = more;
  const dueOn = rest.dueOn ?? '2027-03-05';
  return {
    episodeId: `e-${patient}`,
    followUpId: `${kind}:1:1`,
    kind,
    reason: { kind, anchorOn: '2027-02-20', dueOn, scale: 'PHQ-9' },
    note: null,
    dueOn,
    safety: kind === 'safety-review',
    since: `${dueOn}T13:00:00.000Z`,
    notified: ['care-manager'],
    next: { at: '2027-03-19T12:00:00.000Z', notify: ['digest'] },
    snoozedUntil: null,
    acknowledgedBy: null,
    owner: null,
    ceiling: '2027-03-19T12:00:00.000Z',
    zone: ZONE,
    raised: dueOn <= TODAY,
    inHandSince: null,
    rungs: [],
    lastStep: 1,
    ...rest,
    episode: {
      patientId: patient,
      patientName: `Test Patient ${patient}`,
      unreadable: false,
      site: 'main',
      phase: 'acute',
      careManager,
      formerOwner: null,
      provider: 'pcp-1',
      scale: 'PHQ-9',
      isInpatient: false,
      bookedOn,
    },
  };
}

export const record = (lacks: OpenRecord['lacks'], more: Partial<OpenRecord> = {}): OpenRecord => ({
  lacks,
  revision: 7,
  on: '2027-03-08',
  since: '2027-03-08T16:00:00.000Z',
  author: 'cm-1',
  ...more,
});

export const standingOut = (patient: string, standing: Partial<Standing>): StandingOut => ({
  subject: subject(patient),
  standing: { worse: null, requests: [], records: [], ...standing },
});

export function clinicDay(
  items: readonly DayItem[],
  standing: readonly StandingOut[] = [],
  more: Partial<ClinicDay> = {},
): ClinicDay {
  const moment = momentOf(NOW, undefined, [ZONE]);
  return {
    moment,
    pathway: DEFAULT_PATHWAY,
    organisation: ORGANISATION,
    items,
    standing,
    asked: new Set(standing.flatMap((one) => (one.standing.requests.length > 0 ? [one.subject.episodeId] : []))),
    today: ({ zone }) => moment.today(zone),
    ...more,
  };
}

/** In treatment for 100 days without improvement, on one plan from the start, unless told otherwise. */
export const course = (more: Partial<Course> = {}): Course => ({
  enrolledOn: '2026-11-29',
  phase: 'acute',
  phaseSince: '2026-11-29',
  riskLevel: null,
  onHold: null,
  scale: 'PHQ-9',
  scores: [],
  change: null,
  trend: 'unchanged',
  improved: false,
  plan: {
    revision: 5,
    on: '2026-11-29',
    treatmentSince: '2026-11-29',
    treatment: null,
    goals: [],
    unreadable: false,
  },
  lastContactOn: '2027-03-02',
  recommendation: null,
  judgedOn: null,
  ...more,
});
