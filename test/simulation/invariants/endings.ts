import type { StoredEvent } from '#event-store';
import type { FollowUpKind } from '#care';
import type { Ended, Opened, Shadow, Standing } from '../shadow.js';
import type { OfAppend, OfEvent } from './log.js';

/** How each kind may end: acts that fulfil it, acts that supersede it. The two columns of the table of follow-ups, told again. */
const MET = ['OutreachAttempted', 'ContactRecorded', 'PatientEnrolled'];
const SCORED = ['AssessmentRecorded', 'AssessmentCorrected'];
const STEPPED = ['RelapsePreventionStarted', 'RelapseDetected'];
const ADVISED = ['ConsultRecommendationIssued'];
const COLUMNS: Readonly<
  Record<FollowUpKind, { readonly fulfilled: readonly string[]; readonly superseded: readonly string[] }>
> = {
  'safety-review': { fulfilled: ['SafetyReviewRecorded', ...SCORED], superseded: ['SafetyReviewRecorded'] },
  'post-discharge-contact': { fulfilled: ['ContactRecorded'], superseded: ['AcuteCareReported'] },
  'risk-reassessment': { fulfilled: ['SafetyReviewRecorded'], superseded: [] },
  'risk-consult': { fulfilled: ADVISED, superseded: ['SafetyReviewRecorded'] },
  // Confirmed by a second scale it is fulfilled, without one superseded.
  'relapse-confirm': { fulfilled: ['RelapseRuledOut', 'RelapseDetected'], superseded: ['RelapseDetected'] },
  'deterioration-review': {
    fulfilled: ['CaseReviewed', ...ADVISED],
    superseded: ['ActVoided', 'RelapseDetected', ...SCORED],
  },
  'consult-request': {
    fulfilled: [...ADVISED, 'CaseReviewed'],
    superseded: ['RecommendationAnswered', 'RecommendationWithdrawn', ...ADVISED],
  },
  'non-response-consult': { fulfilled: ADVISED, superseded: [...SCORED, ...STEPPED] },
  'consult-repeat': { fulfilled: ADVISED, superseded: [...SCORED, ...STEPPED, ...ADVISED, 'RecommendationWithdrawn'] },
  'recommendation-answer': {
    fulfilled: ['RecommendationAnswered'],
    superseded: ['RecommendationWithdrawn', ...ADVISED],
  },
  'recommendation-action': {
    fulfilled: ['TreatmentPlanRevised', 'RecommendationAnswered'],
    superseded: ['RecommendationWithdrawn', ...ADVISED],
  },
  'first-outreach': { fulfilled: MET, superseded: ['ReferralClosed'] },
  'outreach-retry': { fulfilled: ['OutreachAttempted'], superseded: MET },
  'close-unreached-referral': { fulfilled: ['ReferralClosed'], superseded: MET },
  // Met earlier than was known: counted from that day.
  'initial-assessment': { fulfilled: ['PatientEnrolled'], superseded: ['ReferralClosed', ...MET] },
  'missed-appointment': {
    fulfilled: ['OutreachAttempted', 'ContactRecorded'],
    superseded: ['AppointmentBooked', 'AppointmentRescheduled'],
  },
  'no-contact': { fulfilled: ['ContactRecorded'], superseded: STEPPED },
  'result-review': { fulfilled: ['ResultReviewed', 'ContactRecorded'], superseded: [] },
  'early-response-check': {
    fulfilled: [...SCORED, ...ADVISED, 'CaseReviewed', 'RelapseDetected'],
    superseded: [...SCORED, ...STEPPED],
  },
  'plan-review': {
    fulfilled: ['TreatmentPlanSet', 'TreatmentPlanRevised', 'CaseReviewed'],
    superseded: [...SCORED, ...STEPPED, 'TreatmentPlanSet', 'TreatmentPlanRevised'],
  },
  appointment: {
    fulfilled: ['AppointmentKept', 'AppointmentMissed', 'AppointmentCancelled', 'ContactRecorded'],
    superseded: ['AppointmentRescheduled'],
  },
  contact: { fulfilled: ['ContactRecorded'], superseded: ['FollowUpRaised', 'FollowUpOpened', ...STEPPED] },
  reassessment: { fulfilled: SCORED, superseded: ['AssessmentDeclined', ...STEPPED] },
  'step-down-review': {
    fulfilled: ['RelapsePreventionStarted', 'EpisodeDischarged', 'CaseReviewed'],
    superseded: [...SCORED, 'RelapseDetected'],
  },
  'relapse-plan': { fulfilled: ['RelapsePlanCompleted'], superseded: ['RelapseDetected'] },
  'hold-review': { fulfilled: ['HoldReviewed', 'HoldEnded'], superseded: [] },
  'resource-loop': { fulfilled: ['ResourceConnectionClosed'], superseded: [] },
  'transfer-acknowledgement': {
    fulfilled: ['TransferAcknowledged'],
    superseded: ['CareManagerAssigned', 'EpisodeTransferred'],
  },
  'planned-task': { fulfilled: ['TaskDone'], superseded: ['TaskCancelled'] },
  'episode-review': { fulfilled: ['CaseReviewed'], superseded: [] },
};
/** What each general reason has to name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'episode-ended': ['ReferralClosed', 'EpisodeDischarged', 'PatientDeathNoted'],
  hold: ['HoldStarted'],
  'anchor-voided': ['ActVoided', 'AssessmentCorrected', 'PatientDeathNoteRetracted'],
  'pathway-changed': ['EpisodePinned'],
};

const facts = <T>(event: StoredEvent): T => event.body.facts as T;
export const isEnd = ({ type }: StoredEvent): boolean => type === 'FollowUpFulfilled' || type === 'FollowUpSuperseded';

/** A follow-up ends by an act that is in the log, and of a type that its row or a general rule names. */
export const endsAsItsRowSays: OfEvent = (event, before) => {
  if (!isEnd(event)) return null;
  const { followUpId, byRevision, reason = 'fulfilled' } = facts<Ended>(event);
  const standing = before.open.get(followUpId);
  if (!standing) return null;
  const cause = before.typeAt(byRevision);
  if (cause === undefined) return `${followUpId} ended by revision ${byRevision}, which is not there`;
  const columns = COLUMNS[standing.kind as FollowUpKind];
  const allowed =
    reason === 'fulfilled' ? columns.fulfilled : reason === 'superseded-by-rule' ? columns.superseded : NAMED[reason];
  return !allowed || allowed.includes(cause) ? null : `${followUpId} ended as ${reason} by a ${cause}`;
};

/** The act that fulfils stands: nobody had undone it. */
export const fulfilledByWhatStands: OfEvent = (event, before) => {
  if (event.type !== 'FollowUpFulfilled') return null;
  const { followUpId, byRevision } = facts<Ended>(event);
  return before.voided().has(byRevision)
    ? `${followUpId} is fulfilled by revision ${byRevision}, which was undone`
    : null;
};

/** A hold mutes what is for calmer days; it never silences what goes through it. */
export const holdSparesSafety: OfEvent = (event) =>
  isEnd(event) &&
  facts<Ended>(event).reason === 'hold' &&
  /^(safety-review|risk|non-response|consult|hold-review)/.test(facts<Ended>(event).followUpId)
    ? `${facts<Ended>(event).followUpId} was muted by a hold`
    : null;

/** Only a person’s word ends the review of a concern: no undoing of it, nor of the form that it came from. */
export const undoingSparesSafety: OfEvent = (event) =>
  isEnd(event) &&
  facts<Ended>(event).reason === 'anchor-voided' &&
  facts<Ended>(event).followUpId.startsWith('safety-review')
    ? `${facts<Ended>(event).followUpId} was ended by an undoing`
    : null;

const isDeadMan = ({ kind, about }: Standing): boolean => kind === 'episode-review' && about === undefined;

/** That somebody looks at the episode itself is asked only while nothing else is owed. */
export const deadManStandsAlone: OfAppend = (_append, { open }) => {
  const owed = [...open.values()];
  const deadMan = owed.find(isDeadMan);
  const other = deadMan && owed.find(({ kind }) => kind !== 'episode-review');
  return other ? `${deadMan.followUpId} is open beside ${other.followUpId}` : null;
};

/** Reasons of a new form, not of an end. */
const REFORMED = new Set(['re-derived', 'pathway-changed']);

/** What was raised does not vanish in a new derivation: it is carried on in the same append, its steps not told again. */
export const raisedIsCarriedOn: OfAppend = (append, after) => {
  for (const event of append) {
    if (event.type !== 'FollowUpSuperseded') continue;
    const { followUpId, reason } = facts<Ended>(event);
    const { standing } = after.ended.get(followUpId)!;
    if (!REFORMED.has(reason ?? '') || standing.lastStep === 0 || isDeadMan(standing)) continue;
    const heir = append.find(
      (other) => other.type === 'FollowUpOpened' && facts<Opened>(other).carriesOn?.followUpId === followUpId,
    );
    if (!heir) return `${followUpId} was raised and derived away`;
    if (facts<Opened>(heir).carriesOn?.lastStep !== standing.lastStep)
      return `the heir of ${followUpId} forgets what was raised`;
  }
  return null;
};

/** What was raised does not move to a later day; only the end of a hold, or another pathway or site, gives it a new one. */
export const raisedDoesNotMoveAway: OfAppend = (append, after) => {
  for (const event of append) {
    if (event.type !== 'FollowUpOpened') continue;
    const { carriesOn, dueOn, followUpId } = facts<Opened>(event);
    if (!carriesOn) continue;
    const { standing } = after.ended.get(carriesOn.followUpId)!;
    const since = after.events.slice(standing.revision);
    if (dueOn > standing.dueOn && !since.some(({ type }) => type === 'HoldEnded'))
      return `${carriesOn.followUpId} was raised, and ${followUpId} moves it from ${standing.dueOn} to ${dueOn}`;
  }
  return null;
};

/** Nobody closes or discharges over an open safety review. */
export const nobodyLeavesOverSafety: OfEvent = ({ type }, before) => {
  const leaves = type === 'EpisodeDischarged' || type === 'ReferralClosed';
  const open = leaves && [...before.open.values()].find(({ kind }) => kind === 'safety-review');
  return open ? `${type} while ${open.followUpId} is open` : null;
};

/** Only a person's word, a second answer or a death ends a safety review. */
export const safetyWaitsForAPerson: OfEvent = (event, before) => {
  if (!isEnd(event) || !facts<Ended>(event).followUpId.startsWith('safety-review:')) return null;
  const { byRevision, followUpId, reason } = facts<Ended>(event);
  const cause = before.events[byRevision];
  if (!cause || REFORMED.has(reason ?? '')) return null;
  if (cause.type === 'PatientDeathNoted') return null;
  const isPerson = cause.actor.startsWith('user:') || cause.type === 'AssessmentRecorded';
  return isPerson && cause.type !== 'EpisodeDischarged' && cause.type !== 'ReferralClosed'
    ? null
    : `${followUpId} was ended by ${cause.type} of ${cause.actor}`;
};

/** An act of today meets what was waiting for it: kinds that may not stay open behind it. */
const MEETS: Readonly<Record<string, (act: StoredEvent, standing: Standing) => boolean>> = {
  ContactRecorded: ({ body }, { kind }) =>
    body.facts['kind'] === 'treatment' &&
    body.facts['withWhom'] === 'patient' &&
    body.facts['twoWay'] === true &&
    ['contact', 'no-contact', 'missed-appointment', 'first-outreach', 'outreach-retry', 'result-review'].includes(kind),
  PatientEnrolled: (_act, { kind }) =>
    ['first-outreach', 'outreach-retry', 'close-unreached-referral', 'initial-assessment'].includes(kind),
  TransferAcknowledged: (_act, { kind }) => kind === 'transfer-acknowledgement',
  HoldEnded: (_act, { kind }) => kind === 'hold-review',
  HoldReviewed: (_act, { kind }) => kind === 'hold-review',
  RelapsePlanCompleted: ({ body }, { kind }) => body.facts['patientHasCopy'] === true && kind === 'relapse-plan',
  RelapseRuledOut: (_act, { kind }) => kind === 'relapse-confirm',
  RelapseDetected: (_act, { kind }) => kind === 'relapse-plan' || kind === 'relapse-confirm',
  ConsultRecommendationIssued: (_act, { kind }) => kind === 'consult-repeat' || kind === 'consult-request',
  TaskDone: ({ body }, { kind, about }) => kind === 'planned-task' && about === body.facts['task'],
  TaskCancelled: ({ body }, { kind, about }) => kind === 'planned-task' && about === body.facts['task'],
  ResourceConnectionClosed: ({ body }, { kind, about }) => kind === 'resource-loop' && about === body.facts['resource'],
  RecommendationAnswered: ({ body }, { kind, about }) =>
    kind === 'recommendation-answer' && about === body.facts['recommendation'],
  AppointmentKept: ({ body }, { kind, about }) => kind === 'appointment' && about === body.facts['appointment'],
  AppointmentMissed: ({ body }, { kind, about }) => kind === 'appointment' && about === body.facts['appointment'],
  AppointmentCancelled: ({ body }, { kind, about }) => kind === 'appointment' && about === body.facts['appointment'],
  ResultReviewed: ({ body }, { kind, anchorRevision }) =>
    kind === 'result-review' && anchorRevision === body.facts['of'],
  SafetyReviewRecorded: ({ body }, { kind }) => body.facts['outcome'] === 'assessed' && kind === 'safety-review',
};

export const metIsEnded: OfAppend = (append, after) => {
  const [first] = append;
  const latest = latestOccurrence(after, first!.revision);
  for (const act of append) {
    const meets = MEETS[act.type];
    // An act entered late, or as of a time before others, answers only what lay before it: the judge of that is the story.
    if (!meets || act.occurredAt < latest || after.voided().has(act.revision)) continue;
    const left = [...after.open.values()].find(
      (standing) =>
        standing.revision < first!.revision && standing.anchorRevision < act.revision && meets(act, standing),
    );
    if (left) return `${left.followUpId} is open after ${act.type}`;
  }
  return null;
};

const latestOccurrence = ({ events }: Shadow, before: number): string =>
  events.slice(0, before).reduce((latest, { occurredAt }) => (occurredAt > latest ? occurredAt : latest), '');
