import type { Role } from '#care';

/** One row: which roles may do this operation. `operation` is the stable operationId in OpenAPI. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation: string;
  readonly roles: readonly Role[];
}

/** Who does the daily acts of care. A supervisor may do whatever a care manager may. */
const CARE: readonly Role[] = ['care-manager', 'supervisor'];
/** Care and the psychiatric consultant, who meets them in the caseload review. */
const CLINIC: readonly Role[] = [...CARE, 'psychiatric-consultant'];
/** Whoever sees the patient may say what they saw; a provider says it of their own patients. */
const CARE_AND_PROVIDER: readonly Role[] = [...CARE, 'provider'];
const CLINIC_AND_PROVIDER: readonly Role[] = [...CLINIC, 'provider'];
/** Sends what other systems know: referrals, patients, results, admissions. */
const INCOMING: readonly Role[] = [...CARE_AND_PROVIDER, 'integration'];
const SUPERVISOR: readonly Role[] = ['supervisor'];
const CONSULTANT: readonly Role[] = ['psychiatric-consultant'];
/** Runs the organisation and never sees clinical data. */
const ADMINISTRATOR: readonly Role[] = ['administrator'];
const READ_CASE: readonly Role[] = [...CLINIC_AND_PROVIDER, 'auditor'];
const READ_CASELOAD: readonly Role[] = [...CLINIC, 'auditor'];
const READ_DAY: readonly Role[] = [...CARE, 'auditor'];
/** The raw feed names every patient's acts; people read views instead. */
const READ_FEED: readonly Role[] = ['integration', 'auditor'];
const READ_STAFF: readonly Role[] = [...READ_CASE, 'administrator'];
const EVERYBODY: readonly Role[] = [...READ_STAFF, 'integration'];

/**
 * The published role × endpoint matrix. What is not in it is denied to everybody. An operation that is an episode's command
 * bears its name. Which of two answers a role may give (a disposition by a supervisor, say) is the decider's to judge.
 */
export const MATRIX = [
  // patients, referrals, imports
  post('/v1/patients', 'registerPatient', INCOMING),
  // Whoever files something for a patient they know by their number; a provider would learn who else is a patient here.
  post('/v1/patients/lookup', 'findPatients', [...CARE, 'integration']),
  get('/v1/patients/{id}', 'readPatient', [...READ_CASE, 'integration']),
  post('/v1/patients/{id}/corrections', 'correctPatientDetails', [...CARE, 'integration']),
  // No machine ends a patient's follow-up by reporting a death: registries are known to be wrong.
  post('/v1/patients/{id}/death', 'recordDeath', CARE_AND_PROVIDER),
  post('/v1/patients/{id}/death/retraction', 'retractDeath', CARE),
  // Two persons shown as one is a breach: one role, who answers for it.
  post('/v1/patients/{id}/merges', 'mergePatients', SUPERVISOR),
  post('/v1/patients/{id}/merges/{duplicate}/undo', 'unmergePatients', SUPERVISOR),
  post('/v1/patients/{id}/labels', 'labelPatient', SUPERVISOR),
  // Two persons erase a patient's data, and neither treats them: who runs the organisation asks, another one agrees.
  post('/v1/patients/{id}/erasure-requests', 'requestErasure', ADMINISTRATOR),
  post('/v1/patients/{id}/erasure-requests/{revision}/approval', 'approveErasure', [...ADMINISTRATOR, 'supervisor']),
  post('/v1/patients/{id}/erasure-requests/{revision}/withdrawal', 'withdrawErasureRequest', [
    ...ADMINISTRATOR,
    'supervisor',
  ]),
  post('/v1/referrals', 'referPatient', INCOMING),
  get('/v1/referrals', 'readReferrals', [...CARE_AND_PROVIDER, 'auditor', 'integration']),
  post('/v1/imports', 'importActs', ADMINISTRATOR),

  // the episode: referral and outreach
  act('acceptance', 'acceptReferral', CARE),
  act('closure', 'closeReferral', CARE),
  act('care-manager', 'assignCareManager', CARE),
  act('provider', 'assignProvider', CARE),
  act('outreach-attempts', 'recordOutreachAttempt', CARE),
  act('contact-preferences', 'setContactPreferences', CARE),
  // The billing practitioner may obtain consent, as CMS asks for it before the first month.
  act('consents', 'recordConsent', CARE_AND_PROVIDER),
  act('consent-withdrawals', 'withdrawConsent', CARE_AND_PROVIDER),
  act('declines', 'recordDecline', CARE_AND_PROVIDER),
  act('enrolment', 'enrolPatient', CARE),

  // contacts and measuring
  act('visits', 'recordVisit', CARE),
  act('contacts', 'recordContact', CARE),
  act('assessments', 'recordAssessment', INCOMING),
  act('assessment-refusals', 'declineAssessment', CARE),
  act('result-reviews', 'reviewResult', CLINIC),
  act('corrections', 'correctAssessment', CARE),

  // safety: many may ask for a review, few may close one
  act('safety-concerns', 'raiseSafetyConcern', CLINIC_AND_PROVIDER),
  act('safety-reviews', 'recordSafetyReview', CLINIC),
  act('acute-care', 'reportAcuteCare', INCOMING),

  // appointments and help in daily life
  act('appointments', 'bookAppointment', CARE),
  act('appointments/{n}/outcome', 'recordAppointmentOutcome', CARE),
  act('barriers', 'identifyBarrier', CARE),
  act('barriers/{n}/resolution', 'resolveBarrier', CARE),
  act('resources', 'connectResource', CARE),
  act('resources/{n}/outcome', 'closeResourceConnection', CARE),

  // plan, consult, review
  act('plan', 'setTreatmentPlan', CARE),
  act('consult-requests', 'requestConsult', CARE_AND_PROVIDER),
  // Only the consultant's own recommendation fulfils a consult, so nobody writes one for them.
  act('recommendations', 'issueRecommendation', CONSULTANT),
  act('recommendations/{n}/withdrawal', 'withdrawRecommendation', CONSULTANT),
  act('recommendations/{n}/opening', 'markRecommendationSeen', CARE_AND_PROVIDER),
  act('recommendations/{n}/answer', 'answerRecommendation', CARE_AND_PROVIDER),
  act('case-reviews', 'reviewCase', CLINIC),
  act('provider-notifications', 'notifyProvider', CARE),
  act('notes', 'addNote', CLINIC),
  act('notes/{revision}/signature', 'signNote', CLINIC),
  // The interface that files a note in the EHR may say that it did.
  act('notes/{revision}/dispatch', 'markNoteSent', [...CLINIC, 'integration']),
  act('times', 'logTime', CARE),
  act('flags', 'raiseFlag', CLINIC),
  act('flags/{flag}/clearance', 'clearFlag', CLINIC),
  act('tasks', 'planTask', CLINIC),
  act('tasks/{n}/outcome', 'recordTaskOutcome', CLINIC),

  // phases
  act('holds', 'startHold', CARE),
  act('holds/current/review', 'reviewHold', CARE),
  act('holds/current/end', 'endHold', CARE),
  act('transfer', 'transferEpisode', CARE),
  act('transfer/acknowledgement', 'acknowledgeTransfer', CARE),
  act('relapse-prevention', 'startRelapsePrevention', CARE),
  act('relapse-plan', 'completeRelapsePlan', CARE),
  act('relapse-confirmation', 'confirmRelapse', CLINIC),
  act('discharge', 'dischargePatient', CARE),
  act('voids', 'voidAct', CARE),

  // follow-ups
  act('follow-ups/{followUpId}/snooze', 'snoozeFollowUp', CARE),
  // Whoever a step may tell may say "I have it": on call can be the consultant.
  act('follow-ups/{followUpId}/acknowledgement', 'acknowledgeFollowUp', CLINIC),
  act('follow-ups/{followUpId}/hand-over', 'handOverFollowUp', CLINIC),

  // reading
  get('/v1/episodes/{id}', 'readEpisode', READ_CASE),
  get('/v1/episodes/{id}/timeline', 'readTimeline', READ_CASE),
  get('/v1/episodes/{id}/follow-ups', 'readFollowUps', READ_CASE),
  get('/v1/episodes/{id}/follow-ups/{followUpId}', 'readFollowUp', READ_CASE),
  get('/v1/episodes/{id}/scores', 'readScores', READ_CASE),
  // What the interface is to file, as long as it is not filed; it reads nothing else of a record.
  get('/v1/episodes/{id}/notes/to-send', 'readNotesToSend', [...READ_CASELOAD, 'integration']),
  get('/v1/caseload', 'readCaseload', READ_CASELOAD),
  get('/v1/worklist', 'readWorklist', READ_CASE),
  get('/v1/consults', 'readConsults', READ_CASELOAD),
  get('/v1/inbox', 'readInbox', READ_CASELOAD),
  get('/v1/day/morning', 'readMorning', READ_DAY),
  get('/v1/day/outreach', 'readOutreach', READ_DAY),
  get('/v1/day/huddle', 'readHuddle', READ_CASELOAD),
  get('/v1/day/documentation', 'readDocumentation', READ_DAY),
  get('/v1/day/evening', 'readEvening', READ_DAY),
  // Everybody on the staff what they were told; who answers for the organisation, what anybody was. Neither says about what.
  get('/v1/notices', 'readNotices', READ_STAFF),
  get('/v1/alert-load', 'readAlertLoad', ['supervisor', 'administrator', 'auditor']),
  get('/v1/pathway', 'readPathway', EVERYBODY),
  get('/v1/instruments', 'readInstruments', EVERYBODY),
  get('/v1/instruments/{code}', 'readInstrument', EVERYBODY),
  get('/v1/events', 'readEvents', READ_FEED),
  get('/v1/events/stream', 'streamEvents', READ_FEED),
  get('/v1/events/schemas', 'readEventTypes', READ_FEED),
  get('/v1/events/schemas/{type}', 'readEventSchema', READ_FEED),

  // the organisation
  get('/v1/organisation', 'readOrganisation', EVERYBODY),
  get('/v1/staff', 'readStaff', READ_STAFF),
  post('/v1/organisation/sites/{site}/hours', 'setSiteHours', ADMINISTRATOR),
  post('/v1/organisation/staff', 'addStaff', ADMINISTRATOR),
  post('/v1/organisation/staff/{staff}/departure', 'removeStaff', ADMINISTRATOR),
  get('/v1/organisation/pathway', 'readAdoption', READ_STAFF),
  post('/v1/organisation/pathway', 'adoptPathway', ADMINISTRATOR),
  // Counts by kind, nobody's data.
  post('/v1/organisation/pathway/preview', 'previewPathway', [...ADMINISTRATOR, 'supervisor']),
  post('/v1/organisation/coverage', 'arrangeCoverage', [...ADMINISTRATOR, 'supervisor']),
  post('/v1/organisation/review-sessions', 'holdReviewSession', CLINIC),
  post('/v1/operations/poke', 'poke', ADMINISTRATOR),
] as const satisfies readonly Endpoint[];

/** The operationId of every endpoint that needs an identity. */
export type Operation = (typeof MATRIX)[number]['operation'];

/** Answers without an identity: nothing there is about anybody. */
export const PUBLIC = [
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/docs' },
  { method: 'GET', path: '/openapi.json' },
  { method: 'GET', path: '/health/live' },
  { method: 'GET', path: '/health/ready' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/problems/{slug}' },
] as const satisfies readonly Pick<Endpoint, 'method' | 'path'>[];

function get<const O extends string>(path: string, operation: O, roles: readonly Role[]) {
  return { method: 'GET', path, operation, roles } as const;
}

function post<const O extends string>(path: string, operation: O, roles: readonly Role[]) {
  return { method: 'POST', path, operation, roles } as const;
}

function act<const O extends string>(path: string, operation: O, roles: readonly Role[]) {
  return post(`/v1/episodes/{id}/${path}`, operation, roles);
}
