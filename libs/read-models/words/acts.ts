import {
  BY_CHANNEL,
  localDate,
  type EpisodeEventType,
  type RecordedEpisodeEvent,
  type RecordedEpisodeEventOf,
} from '#care';
import { spoken } from './dates.js';
import { titleOf } from './follow-ups.js';
import { namedTogether } from './roles.js';

type Sentence<T extends EpisodeEventType> = (facts: RecordedEpisodeEventOf<T>['facts'], zone: string) => string;

/** `left-message` → `left message`. */
const plain = (code: string): string => code.replaceAll('-', ' ');

/** `1 minute`, `12.5 minutes`. */
function inMinutes(seconds: number): string {
  const minutes = Math.round(seconds / 6) / 10;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/** `contact:12:1` → `Contact`. */
const kindIn = (followUpId: string): string =>
  titleOf(followUpId.slice(0, followUpId.indexOf(':')) as Parameters<typeof titleOf>[0]);

const ENTERED: Readonly<Record<string, string>> = {
  staff: 'entered by staff',
  patient: 'answered by the patient',
  integration: 'received from another system',
};

/** One plain sentence for each type, made of facts alone: no names, no scores, readable without a key. */
const SENTENCES: { readonly [T in EpisodeEventType]: Sentence<T> } = {
  PatientReferred: (f) =>
    `Referred to collaborative care by ${f.referredBy}, ${f.urgency}${f.imported ? ' (imported)' : ''}`,
  ReferralRepeated: (f) => `Referred again by ${f.referredBy}, ${f.urgency}`,
  ReferralAccepted: () => 'Referral accepted',
  ReferralClosed: (f) => `Referral closed: ${plain(f.reason)}`,
  CareManagerAssigned: (f) => `${f.careManager} became the care manager`,
  CareManagerReleased: (f) => `${f.careManager} is no longer the care manager: ${plain(f.reason)}`,
  ProviderAssigned: (f) => `${f.provider} became the primary care provider`,
  OutreachAttempted: (f) => `Outreach ${BY_CHANNEL[f.channel]} at ${f.localTime}: ${plain(f.outcome)}`,
  ContactPreferencesSet: () => 'Contact preferences set',
  ConsentRecorded: (f) => `Consent to ${plain(f.kind)} recorded (${f.method}), obtained by ${f.obtainedBy}`,
  ConsentWithdrawn: (f) => `Consent to ${plain(f.kind)} withdrawn`,
  PatientDeclined: (f) =>
    `Declined: ${f.scope === 'channel' ? `to be reached ${BY_CHANNEL[f.channel!]}` : `the ${f.scope}`}${f.askAgainOn ? `, ask again on ${spoken(f.askAgainOn)}` : ''}`,
  PatientEnrolled: (f) => `Enrolled on ${spoken(f.enrolledOn)}`,
  PrimaryScaleFixed: (f) => `${f.instrument} is the primary scale of this episode`,
  AssessmentRecorded: (f) =>
    `${f.instrument} recorded, ${plain(f.completeness)}, ${ENTERED[f.enteredBy] ?? f.enteredBy}`,
  AssessmentCorrected: (f) => `${f.instrument} of revision ${f.corrects} corrected: ${plain(f.reasonCode)}`,
  AssessmentDeclined: (f) => `${f.instrument} declined: ${plain(f.reason)}`,
  ResultReviewed: (f) => `Result of revision ${f.of} reviewed`,
  SafetyConcernRaised: (f) => `Needs a safety assessment: ${plain(f.cause)}`,
  SafetyReviewRecorded: (f) => `Safety review: ${plain(f.outcome)} (${plain(f.tool)})`,
  AcuteCareReported: (f) => `Acute care reported: ${plain(f.kind)} on ${spoken(f.on)}`,
  ContactRecorded: (f) =>
    `${f.kind === 'treatment' ? 'Treatment contact' : `Contact (${plain(f.kind)})`} with the ${plain(f.withWhom)}, ${plain(f.modality)}${f.twoWay ? '' : ', one way'}`,
  AppointmentBooked: (f) =>
    `Appointment ${f.appointment} booked for ${spoken(f.on)}${f.at ? ` ${f.at}` : ''} with the ${plain(f.withWhom)}`,
  AppointmentRescheduled: (f) => `Appointment ${f.appointment} moved to ${spoken(f.on)}${f.at ? ` ${f.at}` : ''}`,
  AppointmentCancelled: (f) => `Appointment ${f.appointment} cancelled by the ${f.by}`,
  AppointmentKept: (f) => `Appointment ${f.appointment} kept`,
  AppointmentMissed: (f) => `Appointment ${f.appointment} missed`,
  BarrierIdentified: (f) => `Barrier ${f.barrier} identified: ${plain(f.kind)}`,
  BarrierResolved: (f) => `Barrier ${f.barrier} resolved`,
  ResourceConnected: (f) => `Connected to a resource (${f.resource}): ${plain(f.kind)}`,
  ResourceConnectionClosed: (f) => `Resource connection ${f.resource} closed: ${plain(f.outcome)}`,
  TreatmentPlanSet: () => 'Treatment plan written',
  TreatmentPlanRevised: (f) =>
    `Treatment plan revised${f.treatmentChanged ? ', treatment changed' : ''}${f.recommendation ? `, following recommendation ${f.recommendation}` : ''}`,
  ConsultRequested: (f) => `Psychiatric consult requested, ${f.urgency}`,
  ConsultRecommendationIssued: (f) =>
    `Recommendation ${f.recommendation} written for the ${plain(f.to)}, ${f.urgency}${f.replaces ? `, replacing ${f.replaces}` : ''}`,
  RecommendationWithdrawn: (f) => `Recommendation ${f.recommendation} withdrawn`,
  RecommendationSeen: (f) => `Recommendation ${f.recommendation} opened by ${f.by}`,
  RecommendationAnswered: (f) =>
    `Recommendation ${f.recommendation} answered: ${plain(f.answer)}${f.onBehalfOf ? ` (on behalf of ${f.onBehalfOf})` : ''}`,
  CaseReviewed: (f) => `Case reviewed (${plain(f.subject)}): ${plain(f.decision)}`,
  ProviderNotified: (f) =>
    f.channel === 'notice'
      ? `Notice to the primary care provider asked for: ${plain(f.about)}`
      : f.channel === 'record'
        ? `Left in the record for the primary care provider: ${plain(f.about)}`
        : `Primary care provider told about ${plain(f.about)} by ${plain(f.channel)}`,
  NoteAdded: () => 'Note written',
  NoteSigned: (f) => `Note of revision ${f.note} signed`,
  NoteSent: (f) => `Note of revision ${f.note} sent to ${f.destination}`,
  TimeLogged: (f) => `${inMinutes(f.seconds)} logged for ${plain(f.activity)} on ${spoken(f.on)}`,
  FlagRaised: (f) => `Flagged: ${plain(f.flag)}`,
  FlagCleared: (f) => `Flag cleared: ${plain(f.flag)}`,
  TaskPlanned: (f) => `Task ${f.task} planned for ${spoken(f.dueOn)}, owner ${f.owner}`,
  TaskDone: (f) => `Task ${f.task} done`,
  TaskCancelled: (f) => `Task ${f.task} cancelled`,
  HoldStarted: (f) => `On hold: ${plain(f.reason)}${f.expectedEnd ? `, expected until ${spoken(f.expectedEnd)}` : ''}`,
  HoldReviewed: (f) => `Hold reviewed${f.expectedEnd ? `, expected until ${spoken(f.expectedEnd)}` : ''}`,
  HoldEnded: () => 'Hold ended',
  RelapsePreventionStarted: () => 'Stepped down to relapse prevention',
  RelapsePlanCompleted: (f) => `Relapse prevention plan completed${f.patientHasCopy ? '; the patient has a copy' : ''}`,
  RelapseDetected: () => 'Relapse confirmed; acute treatment again',
  RelapseRuledOut: () => 'Possible relapse ruled out',
  EpisodeTransferred: (f) => `Transferred to ${f.to}${f.site ? ` at site ${f.site}` : ''}`,
  TransferAcknowledged: () => 'Transfer acknowledged',
  EpisodeDischarged: (f) => `Discharged: ${plain(f.reason)}`,
  PatientDeathNoted: () => 'The patient died; the episode ended',
  PatientDeathNoteRetracted: () => 'The report of death was wrong; the episode goes on',
  ActVoided: (f) => `Revision ${f.revision} undone: ${plain(f.reasonCode)}`,
  EpisodePinned: (f) =>
    `Follows pathway ${f.pathway.slice(0, 12)}${f.clinical ? `, clinical numbers of ${f.clinical.slice(0, 12)}` : ''}${f.safety ? `, safety of ${f.safety.slice(0, 12)}` : ''}, rules version ${f.rulesVersion}`,
  FollowUpOpened: (f) => `Owed from now on: ${titleOf(f.kind)}, due ${spoken(f.dueOn)}`,
  FollowUpRaised: (f) =>
    `${kindIn(f.followUpId)}: step ${f.step} raised, told to ${namedTogether(f.notify)}${f.standsFor?.length ? ` (stands for step ${f.standsFor.join(', ')})` : ''}`,
  FollowUpFulfilled: (f) => `${kindIn(f.followUpId)}: done, by revision ${f.byRevision}`,
  FollowUpSuperseded: (f) =>
    `${kindIn(f.followUpId)}: owed no longer (${plain(f.reason)}), by revision ${f.byRevision}`,
  FollowUpSnoozed: (f, zone) =>
    `${kindIn(f.followUpId)}: put off until ${spoken(localDate(f.until, zone))} (${plain(f.reason)})`,
  FollowUpAcknowledged: (f) => `${kindIn(f.followUpId)}: in hand with ${f.by}`,
  FollowUpHandedOver: (f) => `${kindIn(f.followUpId)}: handed over to ${f.to}`,
};

/** What happened, in one plain sentence from its facts, days as in `zone`; a type of a later version is named. */
export function sentenceOf(event: Pick<RecordedEpisodeEvent, 'type' | 'facts'>, zone = 'UTC'): string {
  const sentence = SENTENCES[event.type] as ((facts: unknown, zone: string) => string) | undefined;
  return sentence ? sentence(event.facts, zone) : event.type;
}
