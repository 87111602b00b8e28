import { accept, refusalOfTime, refuse, type Circumstances, type Decider, type Decision } from '../decider.js';
import { RULES_VERSION } from '../pathway/index.js';
import { deriveFollowUps } from '../follow-ups/derive.js';
import * as consulting from './acts/consulting.js';
import * as contacts from './acts/contacts.js';
import * as followUps from './acts/follow-ups.js';
import * as identity from './acts/identity.js';
import * as measuring from './acts/measuring.js';
import * as phases from './acts/phases.js';
import * as referral from './acts/referral.js';
import { given, type Deciding } from './acts/telling.js';
import type { CommandOf, EpisodeCommand, EpisodeCommandType } from './commands.js';
import type { EpisodeContext } from './context.js';
import type { EpisodeEvent, RecordedEpisodeEvent } from './events.js';
import { pinned, policyIn, repin, withPin } from './pinning.js';
import { evolveEpisode, initialEpisode, type EpisodeState } from './state.js';
import { tell } from './story/index.js';

/** What each command means for an episode that exists; the functions stand in acts/, by family. */
const DECIDING: { readonly [T in Exclude<EpisodeCommandType, 'ReferPatient'>]: Deciding<T> } = {
  AcceptReferral: referral.acceptReferral,
  CloseReferral: referral.closeReferral,
  AssignCareManager: referral.assignCareManager,
  ReleaseCareManager: referral.releaseCareManager,
  AssignProvider: referral.assignProvider,
  RecordOutreachAttempt: referral.recordOutreachAttempt,
  SetContactPreferences: referral.setContactPreferences,
  RecordConsent: referral.recordConsent,
  WithdrawConsent: referral.withdrawConsent,
  RecordDecline: referral.recordDecline,
  EnrolPatient: referral.enrolPatient,
  RecordVisit: contacts.recordVisit,
  RecordContact: contacts.recordContact,
  BookAppointment: contacts.bookAppointment,
  RecordAppointmentOutcome: contacts.recordAppointmentOutcome,
  IdentifyBarrier: contacts.identifyBarrier,
  ResolveBarrier: contacts.resolveBarrier,
  ConnectResource: contacts.connectResource,
  CloseResourceConnection: contacts.closeResourceConnection,
  RecordAssessment: measuring.recordAssessment,
  CorrectAssessment: measuring.correctAssessment,
  DeclineAssessment: measuring.declineAssessment,
  ReviewResult: measuring.reviewResult,
  RaiseSafetyConcern: measuring.raiseSafetyConcern,
  RecordSafetyReview: measuring.recordSafetyReview,
  ReportAcuteCare: measuring.reportAcuteCare,
  SetTreatmentPlan: consulting.setTreatmentPlan,
  RequestConsult: consulting.requestConsult,
  IssueRecommendation: consulting.issueRecommendation,
  WithdrawRecommendation: consulting.withdrawRecommendation,
  MarkRecommendationSeen: consulting.markRecommendationSeen,
  AnswerRecommendation: consulting.answerRecommendation,
  ReviewCase: consulting.reviewCase,
  NotifyProvider: consulting.notifyProvider,
  AddNote: consulting.addNote,
  SignNote: consulting.signNote,
  MarkNoteSent: consulting.markNoteSent,
  LogTime: consulting.logTime,
  RaiseFlag: consulting.raiseFlag,
  ClearFlag: consulting.clearFlag,
  PlanTask: consulting.planTask,
  RecordTaskOutcome: consulting.recordTaskOutcome,
  StartHold: phases.startHold,
  ReviewHold: phases.reviewHold,
  EndHold: phases.endHold,
  TransferEpisode: phases.transferEpisode,
  AcknowledgeTransfer: phases.acknowledgeTransfer,
  StartRelapsePrevention: phases.startRelapsePrevention,
  CompleteRelapsePlan: phases.completeRelapsePlan,
  ConfirmRelapse: phases.confirmRelapse,
  DischargePatient: phases.dischargePatient,
  VoidAct: phases.voidAct,
  NoteDeath: phases.noteDeath,
  RetractDeathNote: phases.retractDeathNote,
  AskWhichEpisode: identity.askWhichEpisode,
  WithdrawWhichEpisode: identity.withdrawWhichEpisode,
  SnoozeFollowUp: followUps.snoozeFollowUp,
  AcknowledgeFollowUp: followUps.acknowledgeFollowUp,
  HandOverFollowUp: followUps.handOverFollowUp,
  Repin: (_command, { context, state }) => accept(...repin(state, context)),
  Derive: () => accept(),
};

/** The first referral opens the episode and pins its pathway; a later one of an open episode is kept as a repeat. */
function refer(
  state: EpisodeState,
  command: CommandOf<'ReferPatient'>,
  { actorRole }: Circumstances,
  context: EpisodeContext,
): Decision<EpisodeEvent> {
  const story = tell(state);
  const said = given({ reason: command.reason, note: command.note });
  if (story?.phase === 'ended')
    return refuse('episode-ended', 'This episode has ended; a new referral opens the next one.');
  if (story)
    return accept(
      {
        type: 'ReferralRepeated',
        facts: { referredBy: command.referredBy, urgency: command.urgency },
        sealed: said,
      },
      ...referral.assignedBy(command, story, actorRole),
    );
  const { patientId, ordinal, site, zone, referredBy, urgency } = command;
  return accept(
    { type: 'PatientReferred', facts: { patientId, ordinal, site, zone, referredBy, urgency }, sealed: said },
    pinned(context.current),
    ...referral.assignedBy(command, null, actorRole),
  );
}

function decide(
  state: EpisodeState,
  command: EpisodeCommand,
  circumstances: Circumstances,
  context: EpisodeContext,
): Decision<EpisodeEvent> {
  const ahead = refusalOfTime(circumstances);
  if (ahead) return ahead;
  if (context.pinned.pin.rulesVersion > RULES_VERSION)
    return refuse('newer-rules', 'This episode follows newer rules than this build knows.');
  if (command.type === 'ReferPatient') return refer(state, command, circumstances, context);
  const story = tell(state);
  if (!story) return refuse('not-found', 'There is no such episode.');
  const deciding = DECIDING[command.type] as Deciding<typeof command.type>;
  const decision = deciding(command as never, { state, story, next: state.revision + 1, circumstances, context });
  return withPin(decision, state, context);
}

/** The difference of follow-ups, for the same append. Nothing follows from a stream that tells no story. */
function conclude(
  state: EpisodeState,
  _circumstances: Circumstances,
  context: EpisodeContext,
): readonly EpisodeEvent[] {
  const story = tell(state);
  const policy = policyIn(state, context);
  return story && policy.pin.rulesVersion <= RULES_VERSION
    ? deriveFollowUps({ story, ledger: state.ledger, pathway: policy.pathway, calendar: policy.calendar })
    : [];
}

export const episodeDecider: Decider<EpisodeState, EpisodeCommand, EpisodeEvent, RecordedEpisodeEvent, EpisodeContext> =
  {
    category: 'episode',
    initial: initialEpisode,
    decide,
    evolve: evolveEpisode,
    conclude,
  };
