import { localDate, type EpisodeCommand, type EpisodeState, type Story } from '#care';
import type { Luck } from '../chance.js';
import { attempt, phq9, PORTAL, safetyReview, STAFF, visit, type Course } from './forms.js';

/** What somebody sees before they act; it may be out of date by then. */
export interface Seen {
  readonly luck: Luck;
  readonly course: Course;
  readonly state: EpisodeState;
  readonly story: Story;
  /** Epoch milliseconds. */
  readonly now: number;
}

type Making = (seen: Seen) => EpisodeCommand;
type Choices = readonly (readonly [weight: number, making: Making])[];

const DAY = 86_400_000;
const inDays = ({ now, story }: Seen, days: number): string =>
  localDate(new Date(now + days * DAY).toISOString(), story.zone);
const always =
  (command: EpisodeCommand): Making =>
  () =>
    command;
const someone = (luck: Luck): string => luck.pick(['cm-1', 'cm-2', 'cm-3']);
/** The newest of the things counted in an episode, or one before it. */
const numbered = (luck: Luck, { acts }: Story, type: string): number =>
  Math.max(1, acts.filter((act) => act.type === type).length - luck.below(2));

const treatmentVisit: Making = (seen) =>
  visit(seen.luck.happens(0.7) ? [phq9(seen.luck, seen.course.next(), STAFF)] : []);
const eventfulVisit: Making = (seen) => {
  const { luck, course } = seen;
  const said = phq9(luck, course.next(), STAFF);
  // Item 9 answered in the room and assessed there and then.
  const items = Array.isArray(said.items) && luck.happens(0.5) ? said.items.with(8, 1) : said.items;
  return visit([{ ...said, ...(items ? { items } : {}) }], {
    safetyReview: {
      outcome: 'assessed',
      level: luck.pick(['none', 'low', 'moderate']),
      tool: 'c-ssrs',
      approvedBy: 'psy-1',
    },
    nextAppointment: { on: inDays(seen, 3 + luck.below(30)), withWhom: 'care-manager' },
    minutes: 20,
  });
};
const lightContact: Making = ({ luck }) => ({
  type: 'RecordContact',
  kind: luck.pick(['scheduling', 'message', 'voicemail', 'coordination', 'treatment']),
  withWhom: luck.pick(['patient', 'family', 'provider']),
  modality: luck.pick(['phone', 'portal', 'in-person']),
  twoWay: luck.happens(0.5),
});
const plannedContact: Making = (seen) => ({
  type: 'RecordContact',
  kind: 'treatment',
  withWhom: 'patient',
  modality: 'video',
  twoWay: true,
  nextContactOn: inDays(seen, 7 + seen.luck.below(60)),
});
const form: Making = ({ luck, course }) => ({
  type: 'RecordAssessment',
  ...phq9(luck, course.next(), luck.pick([STAFF, PORTAL])),
});
const anxietyForm: Making = ({ luck }) => ({
  type: 'RecordAssessment',
  instrument: 'GAD-7',
  items: Array.from({ length: 7 }, () => luck.below(4)),
  language: 'en',
  ...STAFF,
});
const correction: Making = ({ luck, course, story }) => ({
  type: 'CorrectAssessment',
  ...phq9(luck, course.next(), STAFF),
  corrects: luck.pick(story.scales.filter(({ instrument }) => instrument === 'PHQ-9'))?.revision ?? 0,
  reasonCode: 'entry-error',
});
/** A form by which somebody has to see the patient today. */
const worryingForm: Making = ({ course }) => ({
  type: 'RecordAssessment',
  ...{ instrument: 'PHQ-9', language: 'en', ...PORTAL },
  items: [2, 2, 1, 1, 1, 1, 0, 0, course.next() > 9 ? 2 : 1],
});
/** Not this patient's form, somebody says. */
const formUndone: Making = ({ luck, story }) => ({
  type: 'VoidAct',
  revision: (luck.happens(0.5) ? story.concerns : story.scales).at(-1)?.revision ?? story.referral.revision,
  reasonCode: 'wrong-patient',
});
/** There was nothing to review, somebody says. */
const withdrawn: Making = always(safetyReview('low', 'trigger-withdrawn'));
/** Something done lately, or long ago. */
const undoing: Making = ({ luck, state, story }) => {
  const acts = state.acts.filter(({ type }) => type !== 'ActVoided' || luck.happens(0.3));
  const recent = acts.slice(-6);
  const act = luck.pick(luck.happens(0.6) ? recent : acts) ?? story.referral;
  return { type: 'VoidAct', revision: act.revision, reasonCode: 'entered-in-error' };
};
const snooze: Making = (seen) => ({
  type: 'SnoozeFollowUp',
  followUpId: seen.luck.pick([...seen.state.ledger.open.keys()]) ?? 'contact:0:1',
  until: inDays(seen, 1 + seen.luck.below(30)),
  reason: 'patient-asked',
});
const safetySnoozed: Making = (seen) => ({
  type: 'SnoozeFollowUp',
  followUpId: [...seen.state.ledger.open.values()].find(({ safety }) => safety)?.followUpId ?? 'safety-review:0:1',
  until: inDays(seen, 2),
  reason: 'staff-absence',
});
const acknowledgement: Making = ({ luck, state }) => ({
  type: 'AcknowledgeFollowUp',
  followUpId: luck.pick([...state.ledger.open.keys()]) ?? 'contact:0:1',
});
const handOver: Making = ({ luck, state }) => ({
  type: 'HandOverFollowUp',
  followUpId: luck.pick([...state.ledger.open.keys()]) ?? 'contact:0:1',
  to: someone(luck),
});
const referralAgain: Making = ({ luck, story }) => ({
  type: 'ReferPatient',
  patientId: story.patientId,
  ordinal: story.ordinal,
  site: story.site,
  zone: story.zone,
  referredBy: 'pcp-2',
  urgency: luck.pick(['routine', 'urgent', 'safety']),
});
const note = always({ type: 'AddNote', text: 'A synthetic note.' });
const discharge: Making = ({ luck }) => ({
  type: 'DischargePatient',
  reason: luck.pick(['graduated', 'lost-to-follow-up', 'withdrew']),
  channel: 'record',
});
const outcomeOf: Making = (seen) => ({
  type: 'RecordAppointmentOutcome',
  appointment: numbered(seen.luck, seen.story, 'AppointmentBooked'),
  ...seen.luck.pick([
    { outcome: 'kept' },
    { outcome: 'missed' },
    { outcome: 'cancelled', by: 'patient' },
    { outcome: 'rescheduled', on: inDays(seen, 2 + seen.luck.below(20)) },
  ] as const),
});

const ANY_TIME: Choices = [
  [5, note],
  [3, form],
  [3, undoing],
  [1, worryingForm],
  [2, acknowledgement],
  [1, handOver],
  [3, snooze],
  [1, always({ type: 'RaiseSafetyConcern' })],
  [1, ({ luck }) => safetyReview(luck.pick(['none', 'low', 'moderate', 'high']))],
  [1, withdrawn],
  [2, ({ luck }) => ({ type: 'AssignCareManager', careManager: someone(luck) })],
  [1, ({ luck }) => ({ type: 'ReleaseCareManager', careManager: someone(luck), reason: 'staff-left' })],
  [1, ({ luck }) => ({ type: 'TransferEpisode', to: someone(luck) })],
  [1, ({ luck }) => ({ type: 'TransferEpisode', to: someone(luck), site: luck.pick(['main', 'west']) })],
  [2, always({ type: 'AcknowledgeTransfer' })],
  [1, (seen) => ({ type: 'PlanTask', dueOn: inDays(seen, 1 + seen.luck.below(40)), text: 'A synthetic task.' })],
  [
    1,
    ({ luck, story }) => ({
      type: 'RecordTaskOutcome',
      task: numbered(luck, story, 'TaskPlanned'),
      outcome: luck.pick(['done', 'cancelled']),
    }),
  ],
  [1, always({ type: 'ReportAcuteCare', kind: 'discharge', on: '2027-05-03' })],
  [1, referralAgain],
  [1, always({ type: 'Repin' })],
];

const REFERRED: Choices = [
  [
    10,
    ({ luck }) =>
      attempt(luck.pick(['left-message', 'no-answer', 'busy', 'wrong-number', 'sent', 'reached', 'declined'])),
  ],
  [7, always({ type: 'EnrolPatient' })],
  [2, always({ type: 'AcceptReferral', careManager: 'cm-1' })],
  [1, always({ type: 'CloseReferral', reason: 'unreached', channel: 'record' })],
  [2, lightContact],
];

const IN_TREATMENT: Choices = [
  [18, treatmentVisit],
  [3, eventfulVisit],
  [3, lightContact],
  [3, plannedContact],
  [2, anxietyForm],
  [2, correction],
  [1, always({ type: 'DeclineAssessment', instrument: 'PHQ-9', reason: 'declined' })],
  [2, ({ luck, story }) => ({ type: 'ReviewResult', of: luck.pick(story.scales)?.revision ?? 0 })],
  [
    3,
    ({ luck }) => ({
      type: 'IssueRecommendation',
      text: 'A synthetic recommendation.',
      urgency: luck.pick(['routine', 'urgent']),
      to: luck.pick(['provider', 'provider', 'care-manager']),
    }),
  ],
  [2, ({ luck }) => ({ type: 'RequestConsult', urgency: luck.pick(['routine', 'urgent', 'safety']) })],
  [
    3,
    ({ luck, story }) => ({
      type: 'AnswerRecommendation',
      recommendation: numbered(luck, story, 'ConsultRecommendationIssued'),
      answer: luck.pick(['accepted', 'modified', 'declined', 'not-done']),
      reason: 'synthetic',
    }),
  ],
  [
    1,
    ({ luck, story }) => ({
      type: 'WithdrawRecommendation',
      recommendation: numbered(luck, story, 'ConsultRecommendationIssued'),
    }),
  ],
  [
    2,
    ({ luck }) => ({
      type: 'SetTreatmentPlan',
      treatmentChanged: luck.happens(0.5),
      contactEvery: luck.pick([14, 21, 45, 60]),
      reassessEvery: luck.pick([14, 28, 60]),
    }),
  ],
  [
    2,
    ({ luck, story }) => ({
      type: 'SetTreatmentPlan',
      treatmentChanged: true,
      recommendation: numbered(luck, story, 'ConsultRecommendationIssued'),
    }),
  ],
  [
    2,
    ({ luck }) => ({
      type: 'ReviewCase',
      subject: luck.pick(['caseload-review', 'step-down', 'episode-length', 'plan', 'deterioration']),
      decision: luck.pick(['continue', 'change']),
      reason: 'synthetic',
    }),
  ],
  [
    2,
    (seen) => ({
      type: 'BookAppointment',
      on: inDays(seen, 1 + seen.luck.below(30)),
      withWhom: seen.luck.pick(['care-manager', 'provider']),
    }),
  ],
  [2, outcomeOf],
  [1, always({ type: 'ConnectResource', kind: 'housing' })],
  [
    1,
    ({ luck, story }) => ({
      type: 'CloseResourceConnection',
      resource: numbered(luck, story, 'ResourceConnected'),
      outcome: 'connected',
    }),
  ],
  [
    1,
    (seen) => ({
      type: 'StartHold',
      reason: seen.luck.pick(['travel', 'inpatient']),
      expectedEnd: inDays(seen, 5 + seen.luck.below(40)),
    }),
  ],
  [1, always({ type: 'StartRelapsePrevention' })],
  [1, discharge],
];

const ON_HOLD: Choices = [
  [2, worryingForm],
  [4, always({ type: 'ReviewHold' })],
  [6, always({ type: 'EndHold' })],
  [1, treatmentVisit],
  [1, discharge],
];

const IN_RELAPSE_PREVENTION: Choices = [
  [3, always({ type: 'CompleteRelapsePlan', patientHasCopy: true })],
  [2, always({ type: 'ConfirmRelapse', confirmed: false })],
  [1, always({ type: 'ConfirmRelapse', confirmed: true })],
  [2, discharge],
];

const ENDED: Choices = [
  [4, form],
  [2, ({ luck }) => safetyReview(luck.pick(['none', 'low']))],
  [2, undoing],
  [2, note],
];

/** What somebody does next, seen from what they know. */
export function someAct(seen: Seen): EpisodeCommand {
  const { story, luck } = seen;
  if (story.phase === 'ended') return luck.weighted([...ENDED, ...ANY_TIME.slice(0, 6)])(seen);
  if (story.hold) return luck.weighted([...ON_HOLD, ...ANY_TIME])(seen);
  if (story.phase === 'referred') return luck.weighted([...REFERRED, ...ANY_TIME.slice(0, 14)])(seen);
  const also = story.phase === 'relapse-prevention' ? IN_RELAPSE_PREVENTION : [];
  return luck.weighted([...IN_TREATMENT, ...also, ...ANY_TIME])(seen);
}

/** What a diligent care manager does about a follow-up that was raised. */
const ANSWERS: Readonly<Record<string, Making>> = {
  'safety-review': (seen) => {
    const { luck, story } = seen;
    const isUndone = story.concerns.some(({ revision, facts: { from = revision } }) =>
      [revision, from].some((one) => story.voided.has(one)),
    );
    if (isUndone && luck.happens(0.5)) return withdrawn(seen);
    if (luck.happens(0.15))
      return luck.pick([formUndone, discharge, safetySnoozed, always({ type: 'StartHold', reason: 'inpatient' })])(
        seen,
      );
    return safetyReview(luck.pick(['none', 'low', 'low', 'moderate', 'high']));
  },
  'risk-reassessment': ({ luck }) => safetyReview(luck.pick(['none', 'low'])),
  'relapse-confirm': form,
  'consult-request': always({
    type: 'ReviewCase',
    subject: 'caseload-review',
    decision: 'change',
    reason: 'synthetic',
  }),
  'non-response-consult': always({
    type: 'IssueRecommendation',
    text: 'A synthetic recommendation.',
    urgency: 'routine',
    to: 'provider',
  }),
  'consult-repeat': always({
    type: 'IssueRecommendation',
    text: 'A synthetic recommendation.',
    urgency: 'routine',
    to: 'care-manager',
  }),
  'recommendation-answer': ({ luck, story }) => ({
    type: 'AnswerRecommendation',
    recommendation: numbered(luck, story, 'ConsultRecommendationIssued'),
    answer: 'accepted',
  }),
  'recommendation-action': ({ luck, story }) => ({
    type: 'SetTreatmentPlan',
    treatmentChanged: true,
    recommendation: numbered(luck, story, 'ConsultRecommendationIssued'),
  }),
  'first-outreach': ({ luck }) => attempt(luck.pick(['left-message', 'reached', 'no-answer'])),
  'outreach-retry': ({ luck }) => attempt(luck.pick(['left-message', 'reached', 'sent'])),
  'close-unreached-referral': always({ type: 'CloseReferral', reason: 'unreached', channel: 'record' }),
  'initial-assessment': always({ type: 'EnrolPatient' }),
  'missed-appointment': always(attempt('left-message')),
  'result-review': ({ luck, story }) => ({ type: 'ReviewResult', of: luck.pick(story.scales)?.revision ?? 0 }),
  appointment: outcomeOf,
  'step-down-review': always({ type: 'StartRelapsePrevention' }),
  'relapse-plan': always({ type: 'CompleteRelapsePlan', patientHasCopy: true }),
  'hold-review': ({ luck }) => ({ type: luck.pick(['ReviewHold', 'EndHold'] as const) }),
  'resource-loop': ({ luck, story }) => ({
    type: 'CloseResourceConnection',
    resource: numbered(luck, story, 'ResourceConnected'),
    outcome: 'connected',
  }),
  'transfer-acknowledgement': always({ type: 'AcknowledgeTransfer' }),
  'planned-task': ({ luck, story }) => ({
    type: 'RecordTaskOutcome',
    task: numbered(luck, story, 'TaskPlanned'),
    outcome: 'done',
  }),
  'episode-review': always({
    type: 'ReviewCase',
    subject: 'episode-length',
    decision: 'continue',
    reason: 'synthetic',
  }),
};

/** Whatever else is raised is answered by seeing the patient; now and then it is put off for some days. */
export function answerTo(kind: string, seen: Seen): EpisodeCommand {
  const { luck, state } = seen;
  const raised = [...state.ledger.open.values()].find((entry) => entry.kind === kind);
  if (!raised?.safety && luck.happens(0.08))
    return {
      type: 'SnoozeFollowUp',
      followUpId: raised?.followUpId ?? 'contact:0:1',
      until: inDays(seen, 1 + luck.below(7)),
      reason: 'patient-asked',
    };
  return (ANSWERS[kind] ?? treatmentVisit)(seen);
}
