import { appointment, missedAppointment, resultReview } from './appointments.js';
import { consultRequest } from './consult-requests.js';
import { consultRepeat, nonResponseConsult, recommendationAction, recommendationAnswer } from './consults.js';
import { contact, noContact, reassessment } from './contacts.js';
import { closeUnreachedReferral, firstOutreach, initialAssessment, outreachRetry } from './outreach.js';
import { holdReview, relapseConfirm, relapsePlan, stepDownReview } from './phases.js';
import type { Row } from './row.js';
import { postDischargeContact } from './discharge.js';
import { riskConsult, riskReassessment, safetyReview } from './safety.js';
import { episodeReview, plannedTask, resourceLoop, transferAcknowledgement } from './tasks.js';
import { deteriorationReview, earlyResponseCheck, planReview } from './treatment.js';

/** The table of follow-ups: one row a kind, as in follow-up-rules. */
export const ROWS: readonly Row[] = [
  safetyReview,
  postDischargeContact,
  riskReassessment,
  riskConsult,
  relapseConfirm,
  deteriorationReview,
  consultRequest,
  nonResponseConsult,
  consultRepeat,
  recommendationAnswer,
  recommendationAction,
  firstOutreach,
  outreachRetry,
  closeUnreachedReferral,
  initialAssessment,
  missedAppointment,
  noContact,
  resultReview,
  earlyResponseCheck,
  planReview,
  appointment,
  contact,
  reassessment,
  stepDownReview,
  relapsePlan,
  holdReview,
  resourceLoop,
  transferAcknowledgement,
  plannedTask,
  episodeReview,
];
