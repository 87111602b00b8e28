import { z } from 'zod';
import { eventType, type EventOf, type RecordedOf } from '../event-type.js';
import {
  InstrumentCode,
  Instant,
  Language,
  LocalDate,
  LocalTime,
  Note,
  Notify,
  Revision,
  RiskLevel,
  SiteId,
  StaffId,
  Text,
  Urgency,
  Uuid,
} from '../words.js';
import { FOLLOW_UP_KINDS } from '../follow-ups/kinds.js';

/**
 * Every event of an episode's stream. `facts` are plain and carry only kinds, codes, dates, opaque ids and revisions;
 * whatever a patient said or scored is sealed. A number such as `appointment: 2` counts within the episode.
 */
const nothing = z.strictObject({});
const noted = z.strictObject({ note: Note });
const Ordinal = z.int().min(1);
const FollowUpId = z.string().regex(/^[a-z-]+:\d+:\d+$/);

// ——— codes shared with commands ———
export const ReferralClosure = z.enum(['unreached', 'patient-declined', 'not-eligible', 'elsewhere', 'higher-level']);
export const OutreachChannel = z.enum(['phone', 'text', 'portal', 'letter', 'in-person', 'email']);
export const OutreachOutcome = z.enum([
  'reached',
  'left-message',
  'no-answer',
  'busy',
  'wrong-number',
  'declined',
  'sent',
]);
export const OutreachPurpose = z.enum(['referral', 'missed-appointment', 'no-contact', 'other']);
export const ConsentKind = z.enum(['treatment', 'billing', 'part-2', 'messaging', 'information-sharing']);
/** Who gives a consent: the patient, or somebody who may decide for them. */
export const ConsentGiver = z.enum(['patient', 'guardian']);
/** How far a refusal goes: only this call, one way of being reached, or the whole programme. One questionnaire is AssessmentDeclined. */
export const DeclineScope = z.enum(['call', 'channel', 'programme']);
/** Why the record asks a person to decide. */
export const TaskCause = z.enum([
  'treatment-consent-withdrawn',
  'consent-ends',
  'ask-again',
  'other-open-episode',
  'acute-care',
]);
export const ContactKind = z.enum(['treatment', 'scheduling', 'message', 'voicemail', 'coordination']);
export const WithWhom = z.enum(['patient', 'family', 'provider', 'psychiatric-consultant', 'agency']);
export const Modality = z.enum(['in-person', 'phone', 'video', 'portal', 'text', 'record-work']);
/** Ways in which words go to the patient without an answer, unless somebody says that there was one. */
export const ONE_WAY: ReadonlySet<string> = new Set(['text', 'portal', 'record-work']);
export const AssessmentMode = z.enum(['interview', 'paper', 'portal', 'phone', 'external']);
export const EnteredBy = z.enum(['staff', 'patient', 'integration']);
export const Completeness = z.enum(['complete', 'partial', 'total-only']);
export const SafetyCause = z.enum(['item-positive', 'item-unanswered', 'items-unavailable', 'reported']);
export const SafetyOutcome = z.enum([
  'assessed',
  'emergency-department',
  'welfare-check',
  'asked-again-negative',
  'trigger-withdrawn',
]);
export const BarrierKind = z.enum([
  'transport',
  'cost',
  'schedule',
  'language',
  'technology',
  'stigma',
  'side-effects',
  'childcare',
  'housing',
  'other',
]);
export const ResourceKind = z.enum([
  'therapy',
  'substance-use',
  'housing',
  'food',
  'transport',
  'financial',
  'peer-support',
  'crisis',
  'other',
]);
export const ResourceOutcome = z.enum(['connected', 'waiting-list', 'declined', 'not-eligible', 'no-answer']);
export const RecommendationAnswer = z.enum(['accepted', 'modified', 'declined', 'not-done']);
export const RecommendationTo = z.enum(['provider', 'care-manager']);
export const ReviewSubject = z.enum([
  'caseload-review',
  'plan',
  'step-down',
  'deterioration',
  'episode-length',
  'discharge-proposal',
]);
export const ReviewDecision = z.enum(['continue', 'change', 'refer', 'consult', 'step-down']);
export const HoldReason = z.enum(['inpatient', 'residential', 'patient-request', 'travel', 'other']);
export const DischargeReason = z.enum([
  'graduated',
  'lost-to-follow-up',
  'inactivity',
  'withdrew',
  'transferred',
  'higher-level',
  'other',
]);
export const NotificationAbout = z.enum([
  'referral-closed',
  'discharge',
  'safety',
  'recommendation',
  'progress',
  'relapse',
]);
/** `notice`: Followthrough is to tell them that something waits; `record`: left where they may look; the others: a person told them. */
export const NotificationChannel = z.enum(['notice', 'record', 'phone', 'message', 'letter']);
export const AcuteCareKind = z.enum(['admission', 'emergency-visit', 'discharge']);
export const VoidReason = z.enum(['entered-in-error', 'wrong-patient', 'duplicate', 'retracted']);
export const FlagKind = z.enum([
  'needs-discussion',
  'review-with-psychiatrist',
  'total-mismatch',
  'answer-set-aside',
  'other',
]);
export const SnoozeReason = z.enum(['patient-asked', 'staff-absence', 'awaiting-result', 'scheduled-soon', 'other']);
export const SupersedeReason = z.enum([
  'superseded-by-rule',
  'episode-ended',
  'hold',
  'anchor-voided',
  're-derived',
  'pathway-changed',
]);

/** Which other record a note went to, by a short code of the clinic’s own: `ehr`. */
export const Destination = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes');

/** One rung: number, when (instant, UTC) and whom it tells. `note` names the rung in plain words (`overdue`, `outcome?`). */
export const Step = z.strictObject({
  step: Ordinal,
  at: Instant,
  notify: z.array(Notify).min(1),
  note: z.string().max(80).optional(),
  /** Not raised once somebody has acknowledged the follow-up. */ unlessAcknowledged: z.boolean().optional(),
});
/** How the last step repeats: every so many days at the same local time, or hours, told to these, until somebody acts (G2). */
export const Repeat = z.strictObject({
  every: z.int().min(1),
  unit: z.enum(['days', 'hours']),
  notify: z.array(Notify).min(1),
});

const scaleFacts = z.strictObject({
  instrument: InstrumentCode,
  instrumentVersion: z.string(),
  language: Language,
  mode: AssessmentMode,
  enteredBy: EnteredBy,
  completeness: Completeness,
});
/** `items` in the instrument's order, null where unanswered; `total` only when official; `prorated` never counts as a score. */
const scaleSealed = z.strictObject({
  items: z.array(z.int().nullable()).nullable(),
  total: z.int().nullable(),
  prorated: z.number().nullable(),
  statedTotal: z.int().optional(),
  difficulty: z.int().min(0).max(3).optional(),
  setAside: z.array(z.strictObject({ item: z.string(), given: z.unknown(), why: z.string() })).optional(),
  note: Note,
});

// ——— referral and outreach ———
export const PatientReferred = eventType({
  type: 'PatientReferred',
  meaning: 'A provider referred the patient to collaborative care.',
  facts: z.strictObject({
    patientId: Uuid,
    ordinal: Ordinal,
    site: SiteId,
    zone: z.string(),
    referredBy: StaffId,
    urgency: Urgency,
    imported: z.boolean().optional(),
  }),
  sealed: z.strictObject({ reason: Note, note: Note }),
});
export const ReferralRepeated = eventType({
  type: 'ReferralRepeated',
  meaning: 'Another referral came for a patient whose episode is open.',
  facts: z.strictObject({ referredBy: StaffId, urgency: Urgency }),
  sealed: z.strictObject({ reason: Note, note: Note }),
});
export const ReferralAccepted = eventType({
  type: 'ReferralAccepted',
  meaning: 'The programme accepted the referral.',
  facts: nothing,
});
export const ReferralClosed = eventType({
  type: 'ReferralClosed',
  meaning: 'The referral was closed before enrolment, with its reason.',
  facts: z.strictObject({ reason: ReferralClosure }),
  sealed: noted,
  outlivesKey: true,
});
export const CareManagerAssigned = eventType({
  type: 'CareManagerAssigned',
  meaning: 'A care manager took the episode over.',
  facts: z.strictObject({ careManager: StaffId }),
});
export const CareManagerReleased = eventType({
  type: 'CareManagerReleased',
  meaning: 'The episode has no care manager any more.',
  facts: z.strictObject({ careManager: StaffId, reason: z.enum(['staff-left', 'leave', 'reassigned']) }),
});
export const ProviderAssigned = eventType({
  type: 'ProviderAssigned',
  meaning: 'The primary care provider who is responsible was named.',
  facts: z.strictObject({ provider: StaffId }),
});
export const OutreachAttempted = eventType({
  type: 'OutreachAttempted',
  meaning: 'Somebody tried to reach the patient.',
  facts: z.strictObject({
    purpose: OutreachPurpose,
    channel: OutreachChannel,
    outcome: OutreachOutcome,
    language: Language.optional(),
    localTime: LocalTime,
  }),
  sealed: noted,
});
export const ContactPreferencesSet = eventType({
  type: 'ContactPreferencesSet',
  meaning: 'How, when and in which language the patient wants to be reached.',
  facts: nothing,
  sealed: z.strictObject({
    language: Language.optional(),
    bestTimes: z.array(z.enum(['morning', 'midday', 'afternoon', 'evening'])).optional(),
    voicemailSafe: z.boolean().optional(),
    textSafe: z.boolean().optional(),
    note: Note,
  }),
});
export const ConsentRecorded = eventType({
  type: 'ConsentRecorded',
  meaning: 'The patient consented.',
  facts: z.strictObject({
    kind: ConsentKind,
    method: z.enum(['verbal', 'written']),
    obtainedBy: StaffId,
    givenBy: ConsentGiver.optional(),
  }),
  /** `until` is the first day on which it stands no more; sealed, because it may be a birthday. */
  sealed: z.strictObject({ until: LocalDate.optional(), note: Note }),
});
export const ConsentWithdrawn = eventType({
  type: 'ConsentWithdrawn',
  meaning: 'The patient withdrew a consent.',
  facts: z.strictObject({ kind: ConsentKind }),
  sealed: noted,
});
export const PatientDeclined = eventType({
  type: 'PatientDeclined',
  meaning: 'The patient said no, to this call, to one way of being reached or to the programme; nothing ends by it.',
  facts: z.strictObject({
    scope: DeclineScope,
    channel: OutreachChannel.optional(),
    askAgainOn: LocalDate.optional(),
  }),
  sealed: noted,
});
export const PatientEnrolled = eventType({
  type: 'PatientEnrolled',
  meaning: 'The initial assessment was done and treatment began.',
  facts: z.strictObject({ enrolledOn: LocalDate }),
  sealed: noted,
});
export const PrimaryScaleFixed = eventType({
  type: 'PrimaryScaleFixed',
  meaning: 'The scale that decides response and remission was fixed for this episode.',
  facts: z.strictObject({ instrument: InstrumentCode }),
});

// ——— measuring ———
export const AssessmentRecorded = eventType({
  type: 'AssessmentRecorded',
  meaning: 'A questionnaire was answered, wholly or in part.',
  facts: scaleFacts,
  sealed: scaleSealed,
});
export const AssessmentCorrected = eventType({
  type: 'AssessmentCorrected',
  meaning: 'An earlier questionnaire was corrected; the first entry stays in history.',
  facts: scaleFacts.extend({
    corrects: Revision,
    reasonCode: z.enum(['entry-error', 'patient-clarified', 'source-corrected']),
  }),
  sealed: scaleSealed,
});
export const AssessmentDeclined = eventType({
  type: 'AssessmentDeclined',
  meaning: 'The patient declined a questionnaire this time.',
  facts: z.strictObject({
    instrument: InstrumentCode,
    reason: z.enum(['declined', 'too-unwell', 'no-time', 'language']),
  }),
  sealed: noted,
});
export const ResultReviewed = eventType({
  type: 'ResultReviewed',
  meaning: 'Somebody looked at a result that staff had not entered.',
  facts: z.strictObject({ of: Revision }),
  sealed: noted,
});

// ——— safety ———
export const SafetyConcernRaised = eventType({
  type: 'SafetyConcernRaised',
  meaning: 'Something asks for a same-day safety assessment. It says "needs assessment", never "high risk".',
  facts: z.strictObject({ cause: SafetyCause, from: Revision.optional(), imported: z.boolean().optional() }),
  sealed: noted,
});
export const SafetyReviewRecorded = eventType({
  type: 'SafetyReviewRecorded',
  meaning: 'Somebody assessed the patient’s safety and said what follows.',
  facts: z.strictObject({
    outcome: SafetyOutcome,
    tool: z.enum(['c-ssrs', 'clinical-interview', 'other']),
    approvedBy: StaffId.optional(),
  }),
  sealed: z.strictObject({
    level: RiskLevel,
    safetyPlan: z.enum(['made', 'reviewed', 'not-needed', 'declined']).optional(),
    note: Note,
  }),
});
export const AcuteCareReported = eventType({
  type: 'AcuteCareReported',
  meaning: 'An admission, an emergency visit or a discharge from a facility became known.',
  facts: z.strictObject({ kind: AcuteCareKind, on: LocalDate }),
  sealed: z.strictObject({ facility: Note, note: Note }),
});

// ——— contacts, appointments, help in daily life ———
export const ContactRecorded = eventType({
  type: 'ContactRecorded',
  meaning: 'A contact took place.',
  facts: z.strictObject({
    kind: ContactKind,
    withWhom: WithWhom,
    modality: Modality,
    twoWay: z.boolean(),
    language: Language.optional(),
    interpreter: z.boolean().optional(),
    nextContactOn: LocalDate.optional(),
  }),
  sealed: z.strictObject({
    intervention: Note,
    adherence: z.enum(['good', 'partial', 'poor', 'not-applicable']).optional(),
    sideEffects: Note,
    note: Note,
  }),
});
export const AppointmentBooked = eventType({
  type: 'AppointmentBooked',
  meaning: 'An appointment was booked.',
  facts: z.strictObject({
    appointment: Ordinal,
    on: LocalDate,
    at: LocalTime.optional(),
    withWhom: z.enum(['care-manager', 'provider', 'psychiatric-consultant', 'agency']),
  }),
  sealed: noted,
});
export const AppointmentRescheduled = eventType({
  type: 'AppointmentRescheduled',
  meaning: 'An appointment was moved.',
  facts: z.strictObject({ appointment: Ordinal, on: LocalDate, at: LocalTime.optional() }),
  sealed: noted,
});
export const AppointmentCancelled = eventType({
  type: 'AppointmentCancelled',
  meaning: 'An appointment was cancelled.',
  facts: z.strictObject({ appointment: Ordinal, by: z.enum(['patient', 'clinic']) }),
  sealed: noted,
});
export const AppointmentKept = eventType({
  type: 'AppointmentKept',
  meaning: 'The patient came to an appointment.',
  facts: z.strictObject({ appointment: Ordinal }),
  sealed: noted,
});
export const AppointmentMissed = eventType({
  type: 'AppointmentMissed',
  meaning: 'The patient did not come to an appointment.',
  facts: z.strictObject({ appointment: Ordinal }),
  sealed: noted,
});
export const BarrierIdentified = eventType({
  type: 'BarrierIdentified',
  meaning: 'Something stands between the patient and care.',
  facts: z.strictObject({ barrier: Ordinal, kind: BarrierKind }),
  sealed: noted,
});
export const BarrierResolved = eventType({
  type: 'BarrierResolved',
  meaning: 'A barrier is out of the way.',
  facts: z.strictObject({ barrier: Ordinal }),
  sealed: noted,
});
export const ResourceConnected = eventType({
  type: 'ResourceConnected',
  meaning: 'The patient was connected to a resource.',
  facts: z.strictObject({ resource: Ordinal, kind: ResourceKind }),
  sealed: noted,
});
export const ResourceConnectionClosed = eventType({
  type: 'ResourceConnectionClosed',
  meaning: 'What became of a resource connection is known.',
  facts: z.strictObject({ resource: Ordinal, outcome: ResourceOutcome }),
  sealed: noted,
});

// ——— plan, consult, review ———
const planFacts = z.strictObject({
  /** Wider or narrower spacing that this plan asks for, in days; absent: the pathway's. */
  contactEvery: z.int().min(7).max(90).optional(),
  reassessEvery: z.int().min(14).max(90).optional(),
});
const planSealed = z.strictObject({ goals: z.array(Text).max(20).optional(), treatment: Note, note: Note });
export const TreatmentPlanSet = eventType({
  type: 'TreatmentPlanSet',
  meaning: 'The first treatment plan was written.',
  facts: planFacts,
  sealed: planSealed,
});
export const TreatmentPlanRevised = eventType({
  type: 'TreatmentPlanRevised',
  meaning: 'The treatment plan was revised.',
  facts: planFacts.extend({ treatmentChanged: z.boolean(), recommendation: Ordinal.optional() }),
  sealed: planSealed,
});
export const ConsultRequested = eventType({
  type: 'ConsultRequested',
  meaning: 'A psychiatric consult was asked for.',
  facts: z.strictObject({ urgency: Urgency }),
  sealed: z.strictObject({ question: Note }),
});
export const ConsultRecommendationIssued = eventType({
  type: 'ConsultRecommendationIssued',
  meaning: 'The psychiatric consultant wrote a recommendation.',
  facts: z.strictObject({
    recommendation: Ordinal,
    urgency: z.enum(['routine', 'urgent']),
    to: RecommendationTo,
    replaces: Ordinal.optional(),
  }),
  sealed: z.strictObject({ text: Text }),
});
export const RecommendationWithdrawn = eventType({
  type: 'RecommendationWithdrawn',
  meaning: 'The consultant took a recommendation back.',
  facts: z.strictObject({ recommendation: Ordinal }),
  sealed: noted,
});
export const RecommendationSeen = eventType({
  type: 'RecommendationSeen',
  meaning: 'The person it is for opened a recommendation.',
  facts: z.strictObject({ recommendation: Ordinal, by: StaffId }),
});
export const RecommendationAnswered = eventType({
  type: 'RecommendationAnswered',
  meaning: 'A recommendation was accepted, modified, declined, or not done with a reason.',
  facts: z.strictObject({ recommendation: Ordinal, answer: RecommendationAnswer, onBehalfOf: StaffId.optional() }),
  sealed: z.strictObject({ reason: Note }),
});
export const CaseReviewed = eventType({
  type: 'CaseReviewed',
  meaning: 'The case was reviewed and something was decided.',
  facts: z.strictObject({ subject: ReviewSubject, decision: ReviewDecision }),
  sealed: z.strictObject({ reason: Note }),
});
export const ProviderNotified = eventType({
  type: 'ProviderNotified',
  meaning: 'The primary care provider was told, or is to be told by a notice.',
  // 2: the channel notice.
  version: 2,
  upcasts: { 1: (body) => body },
  facts: z.strictObject({ about: NotificationAbout, channel: NotificationChannel }),
  sealed: noted,
  outlivesKey: true,
});
export const NoteAdded = eventType({
  type: 'NoteAdded',
  meaning: 'A note was written.',
  facts: z.strictObject({ about: Revision.optional() }),
  sealed: z.strictObject({ text: Text }),
});
export const NoteSigned = eventType({
  type: 'NoteSigned',
  meaning: 'A note was signed.',
  facts: z.strictObject({ note: Revision }),
});
export const NoteSent = eventType({
  type: 'NoteSent',
  meaning: 'A signed note reached another record, such as the EHR.',
  facts: z.strictObject({ note: Revision, destination: Destination }),
  /** The other record's own name for it: it may say who the patient is. */
  sealed: z.strictObject({ reference: z.string().trim().min(1).max(200).optional() }),
});
export const TimeLogged = eventType({
  type: 'TimeLogged',
  meaning: 'Time of the care manager was logged.',
  facts: z.strictObject({
    seconds: z.int().min(1).max(86_400),
    activity: z.enum(['contact', 'outreach', 'assessment', 'coordination', 'review', 'record']),
    on: LocalDate,
  }),
});
export const FlagRaised = eventType({
  type: 'FlagRaised',
  meaning: 'The case was flagged.',
  facts: z.strictObject({ flag: FlagKind, about: Revision.optional() }),
  sealed: noted,
});
export const FlagCleared = eventType({
  type: 'FlagCleared',
  meaning: 'A flag was cleared.',
  facts: z.strictObject({ flag: FlagKind }),
  sealed: noted,
});
export const TaskPlanned = eventType({
  type: 'TaskPlanned',
  version: 2,
  // A cause more; what an older version says is said in the same words.
  upcasts: { 1: (body) => body },
  meaning: 'Somebody planned to do something by a date.',
  facts: z.strictObject({
    task: Ordinal,
    dueOn: LocalDate,
    owner: StaffId,
    /** Of a task that the record itself asks for. */
    cause: TaskCause.optional(),
    otherEpisode: Uuid.optional(),
  }),
  sealed: z.strictObject({ text: Text }),
});
export const TaskDone = eventType({
  type: 'TaskDone',
  meaning: 'A planned task was done.',
  facts: z.strictObject({ task: Ordinal }),
  sealed: noted,
});
export const TaskCancelled = eventType({
  type: 'TaskCancelled',
  meaning: 'A planned task was cancelled.',
  facts: z.strictObject({ task: Ordinal }),
  sealed: noted,
});

// ——— phases ———
export const HoldStarted = eventType({
  type: 'HoldStarted',
  meaning: 'Routine follow-up pauses.',
  facts: z.strictObject({ reason: HoldReason, expectedEnd: LocalDate.optional() }),
  sealed: noted,
});
export const HoldReviewed = eventType({
  type: 'HoldReviewed',
  meaning: 'A hold was looked at and goes on.',
  facts: z.strictObject({ expectedEnd: LocalDate.optional() }),
  sealed: noted,
});
export const HoldEnded = eventType({
  type: 'HoldEnded',
  meaning: 'Routine follow-up goes on.',
  facts: nothing,
  sealed: noted,
});
export const RelapsePreventionStarted = eventType({
  type: 'RelapsePreventionStarted',
  meaning: 'The patient stepped down to relapse prevention.',
  facts: nothing,
  sealed: noted,
});
export const RelapsePlanCompleted = eventType({
  type: 'RelapsePlanCompleted',
  meaning: 'The relapse prevention plan is complete.',
  facts: z.strictObject({ patientHasCopy: z.boolean() }),
  sealed: z.strictObject({ plan: Note }),
});
export const RelapseDetected = eventType({
  type: 'RelapseDetected',
  meaning: 'A person confirmed a relapse; the episode is acute again.',
  facts: nothing,
  sealed: noted,
});
export const RelapseRuledOut = eventType({
  type: 'RelapseRuledOut',
  meaning: 'A person looked at a possible relapse and ruled it out.',
  facts: nothing,
  sealed: noted,
});
export const EpisodeTransferred = eventType({
  type: 'EpisodeTransferred',
  meaning: 'The episode moved to another care manager or site.',
  facts: z.strictObject({
    from: StaffId.optional(),
    to: StaffId,
    site: SiteId.optional(),
    zone: z.string().optional(),
  }),
  sealed: noted,
});
export const TransferAcknowledged = eventType({
  type: 'TransferAcknowledged',
  meaning: 'The new owner took the episode on.',
  facts: nothing,
  sealed: noted,
});
export const EpisodeDischarged = eventType({
  type: 'EpisodeDischarged',
  meaning: 'The patient was discharged from the programme.',
  facts: z.strictObject({ reason: DischargeReason }),
  sealed: z.strictObject({ summary: Note }),
  outlivesKey: true,
});
export const PatientDeathNoted = eventType({
  type: 'PatientDeathNoted',
  meaning: 'The episode ended because the patient died (noted from the patient’s stream).',
  facts: z.strictObject({ patientRevision: Revision }),
});
export const PatientDeathNoteRetracted = eventType({
  type: 'PatientDeathNoteRetracted',
  meaning: 'The report of death was wrong; the episode goes on.',
  facts: z.strictObject({ patientRevision: Revision }),
});
export const ActVoided = eventType({
  type: 'ActVoided',
  meaning: 'An earlier act was undone; it stays in history.',
  facts: z.strictObject({ revision: Revision, reasonCode: VoidReason }),
  sealed: noted,
});
export const EpisodePinned = eventType({
  type: 'EpisodePinned',
  meaning: 'The episode follows this pathway, calendar and rules version from here on.',
  // 2: the zone.
  version: 2,
  upcasts: { 1: (body) => body },
  facts: z.strictObject({
    pin: z.string(),
    pathway: z.string(),
    /** The adopted pathways whose clinical and safety numbers it follows; absent: those of `pathway`. */
    clinical: z.string().optional(),
    safety: z.string().optional(),
    calendar: z.string(),
    /** That of the calendar: whose days the episode counts. */
    zone: z.string().optional(),
    rulesVersion: z.int(),
  }),
});

// ——— follow-ups: never sealed, complete in themselves ———
export const FollowUpOpened = eventType({
  type: 'FollowUpOpened',
  meaning: 'The clinic owes the patient something by a date.',
  // 2: the kind consult-request.
  version: 2,
  upcasts: { 1: (body) => body },
  facts: z.strictObject({
    followUpId: FollowUpId,
    kind: z.enum(FOLLOW_UP_KINDS),
    anchorRevision: Revision,
    dueOn: LocalDate,
    zone: z.string(),
    ladder: z.array(Step).min(1),
    repeat: Repeat,
    safety: z.boolean(),
    /**
     * After a change of ladder: the follow-up this one carries on, so that step numbers go on and rungs already raised are not raised
     * again. `repeats`: all of them were, so that it goes on repeating.
     */
    carriesOn: z
      .strictObject({
        followUpId: FollowUpId,
        lastStep: z.int().min(0),
        lastAt: Instant.optional(),
        repeats: z.literal(true).optional(),
      })
      .optional(),
    owner: StaffId.optional(),
    about: Ordinal.optional(),
    /** By which it was derived: parameters of the pathway by key, and a spacing of the treatment plan (`plan.contactEvery`). */
    numbers: z.record(z.string(), z.number()).optional(),
  }),
});
export const FollowUpRaised = eventType({
  type: 'FollowUpRaised',
  meaning: 'A step of a follow-up came due and was raised.',
  facts: z.strictObject({
    followUpId: FollowUpId,
    step: Ordinal,
    at: Instant,
    notify: z.array(Notify).min(1),
    standsFor: z.array(Ordinal).optional(),
  }),
});
export const FollowUpFulfilled = eventType({
  type: 'FollowUpFulfilled',
  meaning: 'What was owed has been done.',
  facts: z.strictObject({ followUpId: FollowUpId, byRevision: Revision }),
});
export const FollowUpSuperseded = eventType({
  type: 'FollowUpSuperseded',
  meaning: 'What was owed is owed no longer, or in another form.',
  facts: z.strictObject({ followUpId: FollowUpId, byRevision: Revision, reason: SupersedeReason }),
});
export const FollowUpSnoozed = eventType({
  type: 'FollowUpSnoozed',
  meaning: 'Somebody put a follow-up off, with a reason and within bounds.',
  facts: z.strictObject({
    followUpId: FollowUpId,
    until: Instant,
    reason: SnoozeReason,
    /** The unraised steps as they come after it, on business days. Absent in earlier events: they keep the days between them. */
    moved: z.array(Step).optional(),
  }),
});
export const FollowUpAcknowledged = eventType({
  type: 'FollowUpAcknowledged',
  meaning: 'Somebody has seen a raised follow-up and has it in hand.',
  facts: z.strictObject({ followUpId: FollowUpId, by: StaffId }),
});
export const FollowUpHandedOver = eventType({
  type: 'FollowUpHandedOver',
  meaning: 'A follow-up was handed to a named person.',
  facts: z.strictObject({ followUpId: FollowUpId, to: StaffId }),
});

export const EPISODE_EVENT_TYPES = [
  PatientReferred,
  ReferralRepeated,
  ReferralAccepted,
  ReferralClosed,
  CareManagerAssigned,
  CareManagerReleased,
  ProviderAssigned,
  OutreachAttempted,
  ContactPreferencesSet,
  ConsentRecorded,
  ConsentWithdrawn,
  PatientDeclined,
  PatientEnrolled,
  PrimaryScaleFixed,
  AssessmentRecorded,
  AssessmentCorrected,
  AssessmentDeclined,
  ResultReviewed,
  SafetyConcernRaised,
  SafetyReviewRecorded,
  AcuteCareReported,
  ContactRecorded,
  AppointmentBooked,
  AppointmentRescheduled,
  AppointmentCancelled,
  AppointmentKept,
  AppointmentMissed,
  BarrierIdentified,
  BarrierResolved,
  ResourceConnected,
  ResourceConnectionClosed,
  TreatmentPlanSet,
  TreatmentPlanRevised,
  ConsultRequested,
  ConsultRecommendationIssued,
  RecommendationWithdrawn,
  RecommendationSeen,
  RecommendationAnswered,
  CaseReviewed,
  ProviderNotified,
  NoteAdded,
  NoteSigned,
  NoteSent,
  TimeLogged,
  FlagRaised,
  FlagCleared,
  TaskPlanned,
  TaskDone,
  TaskCancelled,
  HoldStarted,
  HoldReviewed,
  HoldEnded,
  RelapsePreventionStarted,
  RelapsePlanCompleted,
  RelapseDetected,
  RelapseRuledOut,
  EpisodeTransferred,
  TransferAcknowledged,
  EpisodeDischarged,
  PatientDeathNoted,
  PatientDeathNoteRetracted,
  ActVoided,
  EpisodePinned,
  FollowUpOpened,
  FollowUpRaised,
  FollowUpFulfilled,
  FollowUpSuperseded,
  FollowUpSnoozed,
  FollowUpAcknowledged,
  FollowUpHandedOver,
] as const;

export type EpisodeEvent = EventOf<(typeof EPISODE_EVENT_TYPES)[number]>;
export type RecordedEpisodeEvent = RecordedOf<(typeof EPISODE_EVENT_TYPES)[number]>;
export type EpisodeEventType = EpisodeEvent['type'];
export type RecordedEpisodeEventOf<T extends EpisodeEventType> = Extract<RecordedEpisodeEvent, { type: T }>;

/** The events that RaiseDue and the watchdog read: plain, self-contained, never sealed. */
export const FOLLOW_UP_EVENT_TYPES = [
  'FollowUpOpened',
  'FollowUpRaised',
  'FollowUpFulfilled',
  'FollowUpSuperseded',
  'FollowUpSnoozed',
  'FollowUpAcknowledged',
  'FollowUpHandedOver',
] as const;
export type FollowUpEvent = Extract<EpisodeEvent, { type: (typeof FOLLOW_UP_EVENT_TYPES)[number] }>;
