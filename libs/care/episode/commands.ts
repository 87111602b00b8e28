import { z } from 'zod';
import { keepable } from '../instruments/index.js';
import {
  Instant,
  InstrumentCode,
  Language,
  ActDate,
  LocalTime,
  Note,
  Revision,
  RiskLevel,
  SiteId,
  StaffId,
  Text,
  Urgency,
  Uuid,
} from '../words.js';
import * as codes from './events.js';
import { Reference } from './reference.js';

/**
 * What people and systems may ask of an episode. Each schema is the body of a request; `occurredAt` and who asks come with the
 * circumstances. A command is `{ type, ...body }`.
 */
const Ordinal = z.int().min(1);
const FollowUpId = z.string().regex(/^[a-z-]+:\d+:\d+$/);
const none = z.strictObject({});
const noted = z.strictObject({ note: Note });

/** Time is kept in whole seconds: what is less than one is none. */
const Minutes = z
  .number()
  .min(1 / 60)
  .max(600);

const MOST_ANSWERS = 60;
/** Anything: what is no answer is set aside by itself, and the others count. */
const answer = z.unknown().overwrite(keepable);
/** In the order of the form, or by item. */
const answers = z.union([
  z.array(answer).max(MOST_ANSWERS),
  z
    .record(z.string().max(64), answer)
    .refine((given) => Object.keys(given).length <= MOST_ANSWERS, `at most ${MOST_ANSWERS} answers`),
]);

/** A questionnaire as it comes in: items in order or by item number, null or absent where unanswered; or a bare total. */
const assessment = z.strictObject({
  instrument: InstrumentCode,
  items: answers.optional(),
  total: answer.optional(),
  difficulty: answer.optional(),
  language: Language.default('en'),
  mode: codes.AssessmentMode.default('interview'),
  enteredBy: codes.EnteredBy.default('staff'),
  note: Note,
});
const safetyReview = z.strictObject({
  outcome: codes.SafetyOutcome.default('assessed'),
  level: RiskLevel,
  tool: z.enum(['c-ssrs', 'clinical-interview', 'other']).default('clinical-interview'),
  approvedBy: StaffId.optional(),
  safetyPlan: z.enum(['made', 'reviewed', 'not-needed', 'declined']).optional(),
  note: Note,
});
const contact = z.strictObject({
  kind: codes.ContactKind,
  withWhom: codes.WithWhom.default('patient'),
  modality: codes.Modality,
  /** Whether the patient answered; a text or a portal message is not taken for it unless somebody says so. */
  twoWay: z.boolean().optional(),
  language: Language.optional(),
  interpreter: z.boolean().optional(),
  nextContactOn: ActDate.optional(),
  intervention: Note,
  adherence: z.enum(['good', 'partial', 'poor', 'not-applicable']).optional(),
  sideEffects: Note,
  note: Note,
});
const appointment = z.strictObject({
  on: ActDate,
  at: LocalTime.optional(),
  withWhom: z.enum(['care-manager', 'provider', 'psychiatric-consultant', 'agency']).default('care-manager'),
  note: Note,
});
const plan = z.strictObject({
  contactEvery: z.int().min(7).max(90).optional(),
  reassessEvery: z.int().min(14).max(90).optional(),
  goals: z.array(Text).max(20).optional(),
  treatment: Note,
  note: Note,
});

export const EPISODE_COMMANDS = {
  // referral and outreach
  /** Comes in as `POST /v1/referrals`: the door finds the ordinal and the zone. */
  ReferPatient: z.strictObject({
    patientId: Uuid,
    ordinal: Ordinal,
    site: SiteId,
    zone: z.string(),
    referredBy: StaffId,
    urgency: Urgency.default('routine'),
    reason: Note,
    note: Note,
    careManager: StaffId.optional(),
    provider: StaffId.optional(),
  }),
  AcceptReferral: z.strictObject({ careManager: StaffId.optional() }),
  /** One append: ReferralClosed and ProviderNotified. */
  CloseReferral: z.strictObject({
    reason: codes.ReferralClosure,
    note: Note,
    channel: codes.NotificationChannel.default('notice'),
  }),
  AssignCareManager: z.strictObject({ careManager: StaffId }),
  /** Issued by the reactor when somebody leaves; a person assigns or transfers instead. */
  ReleaseCareManager: z.strictObject({ careManager: StaffId, reason: z.enum(['staff-left', 'leave', 'reassigned']) }),
  AssignProvider: z.strictObject({ provider: StaffId }),
  RecordOutreachAttempt: z.strictObject({
    purpose: codes.OutreachPurpose.default('referral'),
    channel: codes.OutreachChannel,
    outcome: codes.OutreachOutcome,
    language: Language.optional(),
    note: Note,
  }),
  SetContactPreferences: z.strictObject({
    language: Language.optional(),
    bestTimes: z.array(z.enum(['morning', 'midday', 'afternoon', 'evening'])).optional(),
    voicemailSafe: z.boolean().optional(),
    textSafe: z.boolean().optional(),
    note: Note,
  }),
  RecordConsent: z.strictObject({
    kind: codes.ConsentKind,
    method: z.enum(['verbal', 'written']),
    obtainedBy: StaffId.optional(),
    givenBy: codes.ConsentGiver.optional(),
    /** The first day on which it stands no more: of a guardian's consent, the day on which the patient decides alone. */
    until: ActDate.optional(),
    note: Note,
  }),
  WithdrawConsent: z.strictObject({ kind: codes.ConsentKind, note: Note }),
  RecordDecline: z.strictObject({
    scope: codes.DeclineScope,
    /** Of the scope `channel`: which one. */
    channel: codes.OutreachChannel.optional(),
    askAgainOn: ActDate.optional(),
    note: Note,
  }),
  EnrolPatient: z.strictObject({
    primaryScale: InstrumentCode.optional(),
    careManager: StaffId.optional(),
    note: Note,
  }),
  // contacts and measuring
  /** One call with the patient is one command: everything in it is recorded in one append. */
  RecordVisit: z.strictObject({
    contact,
    assessments: z.array(assessment).max(6).default([]),
    safetyReview: safetyReview.optional(),
    barriers: z
      .array(z.strictObject({ kind: codes.BarrierKind, note: Note }))
      .max(10)
      .default([]),
    minutes: Minutes.optional(),
    nextAppointment: appointment.optional(),
    keeps: Ordinal.optional(),
    imported: z.boolean().optional(),
  }),
  RecordContact: contact,
  RecordAssessment: assessment.extend({ imported: z.boolean().optional() }),
  CorrectAssessment: assessment.extend({
    corrects: Revision,
    reasonCode: z.enum(['entry-error', 'patient-clarified', 'source-corrected']),
  }),
  DeclineAssessment: z.strictObject({
    instrument: InstrumentCode,
    reason: z.enum(['declined', 'too-unwell', 'no-time', 'language']),
    note: Note,
  }),
  ReviewResult: z.strictObject({ of: Revision, note: Note }),
  // safety
  RaiseSafetyConcern: noted,
  RecordSafetyReview: safetyReview.extend({ imported: z.boolean().optional() }),
  ReportAcuteCare: z.strictObject({ kind: codes.AcuteCareKind, on: ActDate, facility: Note, note: Note }),
  // appointments and help
  BookAppointment: appointment,
  RecordAppointmentOutcome: z.discriminatedUnion('outcome', [
    z.strictObject({ appointment: Reference, outcome: z.literal('kept'), note: Note }),
    z.strictObject({ appointment: Reference, outcome: z.literal('missed'), note: Note }),
    z.strictObject({
      appointment: Reference,
      outcome: z.literal('cancelled'),
      by: z.enum(['patient', 'clinic']),
      note: Note,
    }),
    z.strictObject({
      appointment: Reference,
      outcome: z.literal('rescheduled'),
      on: ActDate,
      at: LocalTime.optional(),
      note: Note,
    }),
  ]),
  IdentifyBarrier: z.strictObject({ kind: codes.BarrierKind, note: Note }),
  ResolveBarrier: z.strictObject({ barrier: Ordinal, note: Note }),
  ConnectResource: z.strictObject({ kind: codes.ResourceKind, note: Note }),
  CloseResourceConnection: z.strictObject({ resource: Ordinal, outcome: codes.ResourceOutcome, note: Note }),
  // plan, consult, review
  SetTreatmentPlan: plan.extend({ treatmentChanged: z.boolean().default(true), recommendation: Reference.optional() }),
  RequestConsult: z.strictObject({ urgency: Urgency.default('routine'), question: Note }),
  IssueRecommendation: z.strictObject({
    text: Text,
    urgency: z.enum(['routine', 'urgent']).default('routine'),
    to: codes.RecommendationTo.default('provider'),
    replaces: Ordinal.optional(),
  }),
  WithdrawRecommendation: z.strictObject({ recommendation: Ordinal, note: Note }),
  /** The person it is for opened it; who, is the person who says so. */
  MarkRecommendationSeen: z.strictObject({ recommendation: Ordinal }),
  AnswerRecommendation: z.strictObject({
    recommendation: Reference,
    answer: codes.RecommendationAnswer,
    onBehalfOf: StaffId.optional(),
    reason: Note,
  }),
  ReviewCase: z.strictObject({
    subject: codes.ReviewSubject.default('caseload-review'),
    decision: codes.ReviewDecision,
    reason: Note,
  }),
  NotifyProvider: z.strictObject({
    about: codes.NotificationAbout,
    channel: codes.NotificationChannel.default('notice'),
    note: Note,
  }),
  AddNote: z.strictObject({ text: Text, about: Revision.optional() }),
  SignNote: z.strictObject({ note: Revision }),
  MarkNoteSent: z.strictObject({
    note: Revision,
    destination: codes.Destination.default('ehr'),
    reference: z.string().trim().min(1).max(200).optional(),
  }),
  LogTime: z.strictObject({
    minutes: Minutes,
    activity: z.enum(['contact', 'outreach', 'assessment', 'coordination', 'review', 'record']),
  }),
  RaiseFlag: z.strictObject({ flag: codes.FlagKind, note: Note }),
  ClearFlag: z.strictObject({ flag: codes.FlagKind, note: Note }),
  PlanTask: z.strictObject({ dueOn: ActDate, owner: StaffId.optional(), text: Text }),
  RecordTaskOutcome: z.strictObject({ task: Ordinal, outcome: z.enum(['done', 'cancelled']), note: Note }),
  // phases
  StartHold: z.strictObject({ reason: codes.HoldReason, expectedEnd: ActDate.optional(), note: Note }),
  ReviewHold: z.strictObject({ expectedEnd: ActDate.optional(), note: Note }),
  EndHold: noted,
  TransferEpisode: z.strictObject({ to: StaffId, site: SiteId.optional(), note: Note }),
  AcknowledgeTransfer: none,
  StartRelapsePrevention: noted,
  CompleteRelapsePlan: z.strictObject({ patientHasCopy: z.boolean(), plan: Note }),
  ConfirmRelapse: z.strictObject({ confirmed: z.boolean(), note: Note }),
  DischargePatient: z.strictObject({
    reason: codes.DischargeReason,
    summary: Note,
    channel: codes.NotificationChannel.default('notice'),
  }),
  VoidAct: z.strictObject({ revision: Revision, reasonCode: codes.VoidReason, note: Note }),
  // follow-ups
  SnoozeFollowUp: z.strictObject({ followUpId: FollowUpId, until: ActDate, reason: codes.SnoozeReason }),
  AcknowledgeFollowUp: z.strictObject({ followUpId: FollowUpId }),
  HandOverFollowUp: z.strictObject({ followUpId: FollowUpId, to: StaffId }),
  // the system’s own: no endpoint
  /** Issued by the reactor, from what the patient's stream says. */
  NoteDeath: z.strictObject({ patientRevision: Revision }),
  /** Issued by the reactor, as above. */
  RetractDeathNote: z.strictObject({ patientRevision: Revision }),
  /** Issued by the reactor: two open episodes of one person came to light, and somebody has to say which goes on. */
  AskWhichEpisode: z.strictObject({ otherEpisode: Uuid }),
  /** Issued by the reactor: they are two persons after all. */
  WithdrawWhichEpisode: z.strictObject({ otherEpisode: Uuid }),
  /** Moves the episode to the safety numbers, calendar and rules that its site follows today (decision 8); issued by the reactor. */
  Repin: none,
  /** No act of its own: lets the follow-ups be derived again; issued by both wakers. */
  Derive: none,
} as const;

export type EpisodeCommandType = keyof typeof EPISODE_COMMANDS;
export type BodyOf<T extends EpisodeCommandType> = z.infer<(typeof EPISODE_COMMANDS)[T]>;
// An empty strict object infers as a record of never, which would forbid even `type`.
export type CommandOf<T extends EpisodeCommandType> = T extends T
  ? { readonly type: T } & (BodyOf<T> extends Record<string, never> ? unknown : Readonly<BodyOf<T>>)
  : never;
export type EpisodeCommand = CommandOf<EpisodeCommandType>;

/** Acts that replace or decide something and therefore need to say what they were based on (If-Match). */
export const DECIDING_COMMANDS: ReadonlySet<EpisodeCommandType> = new Set([
  'CorrectAssessment',
  'VoidAct',
  'SetTreatmentPlan',
  'StartRelapsePrevention',
  'ConfirmRelapse',
  'DischargePatient',
  'CloseReferral',
  'AnswerRecommendation',
  'EnrolPatient',
  'TransferEpisode',
  'WithdrawRecommendation',
]);

/** Acts that end an episode. */
export const ENDING_COMMANDS: ReadonlySet<EpisodeCommandType> = new Set(['CloseReferral', 'DischargePatient']);

export { Instant };
