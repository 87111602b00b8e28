import type { EpisodeEventType, FollowUpKind } from '#care';

/** A reason as its sentence is made: everything in words. */
interface Said {
  readonly due: string;
  /** `14 days ago, 3 Mar`, `yesterday, 16 Mar`; `on 3 Mar` when nobody says what day it is. Empty when the fact is not readable. */
  readonly ago: string;
  /** What has not been done yet; empty of what has ended. */
  readonly yet: (said: string) => string;
  readonly scale: string;
  readonly about: number | null;
  readonly anchorType: EpisodeEventType | null;
  /** A number by which it was derived: `14 days`; undefined when it was none of them. */
  readonly number: (key: string) => string | undefined;
  /** The same as a day counted from enrolment: `day 84`. */
  readonly day: (key: string) => string | undefined;
  /** The due date lies before the day that this number of days would give. */
  readonly isSoonerThan: (key: string) => boolean;
}

type Sentence = (said: Said) => string;

/** `: the last one was 14 days ago, 3 Mar`; nothing when the fact is not readable. */
const since = ({ ago }: Said, before: string, after = ''): string => (ago === '' ? '' : `: ${before} ${ago}${after}`);
/** `; your pathway asks for one every 14 days`; nothing when the number is not known. */
const asks = (before: string, number: string | undefined, after = ''): string =>
  number === undefined ? '' : `; your pathway ${before} ${number}${after}`;

/** The spacing that the plan or the pathway asks for, and the monthly floor where that comes sooner (G5). */
function spacing(said: Said, plan: string, keys: readonly string[]): string {
  const key = [plan, ...keys].find((one) => said.number(one) !== undefined);
  if (key === undefined) return '';
  const every = said.number(key)!;
  const whose = key === plan ? 'the treatment plan' : 'your pathway';
  return `; ${whose} asks for one every ${every}${said.isSoonerThan(key) ? ', and for one in the month after' : ''}`;
}

const enrolment = ({ anchorType }: Said): boolean => anchorType === 'PatientEnrolled';

const reassessment: Sentence = (said) => {
  const due = `${said.scale} due ${said.due}`;
  const declined = said.number('reassessment.after-declined');
  if (declined !== undefined)
    return `${due}${since(said, 'the patient declined it')}${asks('asks again after', declined)}`;
  const window = said.number('baseline.window');
  if (window !== undefined)
    return `${due}${since(said, `${said.yet('no baseline yet, ')}enrolled`)}${asks('asks for one within', window)}`;
  return `${due}${since(said, 'the last one was')}${spacing(said, 'plan.reassessEvery', ['reassessment.acute', 'reassessment.relapse-prevention'])}`;
};

const planReview: Sentence = (said) => {
  const due = `Plan review due ${said.due}`;
  if (said.about === 1)
    return `${due}${since(said, `${said.yet('no treatment plan yet, ')}enrolled`)}${asks('asks for one by', said.day('plan-review.first'))}`;
  if (said.about === 3)
    return `${due}${since(said, said.yet('no lasting response yet since enrolment') || 'enrolled')}${asks('asks for a decision by', said.day('plan-review.long'))}`;
  return `${due}${since(said, 'the treatment began or changed')}${asks('asks for a review after', said.number('plan-review.change'), ' without a response')}`;
};

const earlyResponse: Sentence = (said) =>
  said.about === 2
    ? `Early response to be discussed by ${said.due}${since(said, `the ${said.scale} fell too little`)}${asks('allows', said.number('early-response.queue'))}`
    : `${said.scale} due by ${said.due} to see whether treatment begins to work${since(said, 'the baseline was')}${asks('looks between', said.day('early-response.from'), ` and ${said.day('early-response.due')}`)}`;

const episodeReview: Sentence = (said) =>
  said.about === null
    ? `Case to be looked at by ${said.due}${since(said, 'nothing else is owed after what was recorded')}${asks('asks for a look after', said.number('review.dead-man'))}`
    : `Review of the whole episode due ${said.due}${since(said, 'enrolled')}; your pathway asks for one after ${said.about} months`;

const outreachRetry: Sentence = (said) => {
  const letter = said.number('outreach.letter');
  return letter === undefined
    ? `Next attempt due ${said.due}${since(said, 'nobody was reached')}${asks('asks for another after', said.number('outreach.second-attempt') ?? said.number('outreach.third-attempt'))}`
    : `Letter or portal message due ${said.due}${since(said, 'again nobody was reached')}${asks('asks for it after', letter)}`;
};

const firstOutreach: Sentence = (said) => {
  const referred = said.anchorType === 'ReferralRepeated' ? 'referred again' : 'referred';
  const within = said.number('referral.first-outreach');
  const isUrgent = within === undefined && said.number('repeat.every') !== undefined;
  return `First call due ${said.due}${since(said, referred, said.yet(', not called yet'))}${isUrgent ? '; an urgent referral is called the same day' : asks('asks for a call within', within)}`;
};

/** Why each kind exists, from dates and numbers alone: one sentence of its own for every kind. */
export const SENTENCES: Readonly<Record<FollowUpKind, Sentence>> = {
  'safety-review': (said) =>
    `Safety assessment due ${said.due}, the day the concern became known${since(said, 'what raised it happened')}`,
  'post-discharge-contact': (said) =>
    said.about === 2
      ? `Second contact due by ${said.due} after a stay in a facility${since(said, 'its discharge was reported')}${asks('asks for one within', said.number('post-discharge.second'), ' of the discharge')}`
      : `Contact due by ${said.due} after a stay in a facility${since(said, 'its discharge was reported')}${asks('asks for one within', said.number('post-discharge.first'), ' of the discharge, not on its day')}`,
  'risk-reassessment': (said) =>
    `Risk to be assessed again by ${said.due}${since(said, 'the last safety review was')}; how soon depends on the level it found`,
  'risk-consult': (said) =>
    `Consult on risk due ${said.due}${since(said, 'the safety review was')}; how soon depends on the level it found`,
  'relapse-confirm': (said) =>
    `Possible relapse to be confirmed or ruled out by ${said.due}${since(said, `the ${said.scale} alarmed`)}${asks('allows', said.number('relapse.confirm'))}`,
  'deterioration-review': (said) =>
    `Review due by ${said.due}${since(said, `the ${said.scale} got clearly worse`)}${asks('allows', said.number('deterioration.due'))}`,
  'consult-request': (said) =>
    `Answer of the consultant due ${said.due}${since(said, said.anchorType === 'RecommendationAnswered' ? 'a recommendation was declined' : 'a consult was asked for')}${asks('allows', said.number('consult-request.urgent') ?? said.number('consult-request.due'))}`,
  'non-response-consult': (said) =>
    `Recommendation due by ${said.due}${since(said, said.yet('no lasting response yet since enrolment') || 'enrolled')}${asks('asks for one by', said.day('non-response.due'))}`,
  'consult-repeat': (said) =>
    `New recommendation due by ${said.due}${since(said, `${said.yet('no lasting improvement yet, and ')}the last recommendation was`)}${asks('asks for one every', said.number('consult-repeat.every'))}`,
  'recommendation-answer': (said) =>
    `Answer due ${said.due}${since(said, 'the recommendation was written')}${asks('allows', said.number('recommendation.answer.urgent') ?? said.number('recommendation.answer'))}`,
  'recommendation-action': (said) =>
    `Recommendation to be in the plan by ${said.due}${since(said, said.anchorType === 'ConsultRecommendationIssued' ? 'it was written for the care manager' : 'it was accepted')}${asks('allows', said.number('recommendation.action.urgent') ?? said.number('recommendation.action'))}`,
  'first-outreach': firstOutreach,
  'outreach-retry': outreachRetry,
  'close-unreached-referral': (said) =>
    `Closing to be decided by ${said.due}${since(said, `${said.yet('not reached yet, ')}the first attempt was`)}${asks('asks', said.number('outreach.close'), ' after the referral')}`,
  'initial-assessment': (said) =>
    `Initial assessment due ${said.due}${since(said, 'reached', said.yet(', not enrolled yet'))}${asks('asks for it', said.number('assessment.initial'), ` after the referral and ${said.number('assessment.initial.after-reached')} after reaching the patient`)}`,
  'missed-appointment': (said) =>
    `Call due ${said.due}${since(said, 'an appointment was missed')}${asks('asks for a call within', said.number('missed-appointment.due'))}`,
  'no-contact': (said) =>
    `No contact, to be sought from ${said.due}${since(said, enrolment(said) ? said.yet('none yet since enrolment') || 'enrolled' : 'the last one was')}${asks('searches after', said.number('no-contact.warn'))}`,
  'result-review': (said) =>
    `Result to be looked at by ${said.due}${since(said, 'it came in', ', not entered by staff')}${asks('allows', said.number('result-review.due'))}`,
  'early-response-check': earlyResponse,
  'plan-review': planReview,
  appointment: (said) =>
    `Appointment on ${said.due}${since(said, said.anchorType === 'AppointmentRescheduled' ? 'moved' : 'booked')}; its outcome is asked for that day`,
  contact: (said) =>
    `Contact due ${said.due}${since(said, enrolment(said) ? 'enrolled' : 'the last one was')}${spacing(said, 'plan.contactEvery', ['contact.acute', 'contact.relapse-prevention'])}`,
  reassessment,
  'step-down-review': (said) =>
    `Stepping down to be decided by ${said.due}${since(said, `the ${said.scale} was low enough again`)}${asks('allows', said.number('step-down.due'))}`,
  'relapse-plan': (said) =>
    `Relapse prevention plan due ${said.due}${since(said, 'in relapse prevention since the step down')}${asks('asks for it within', said.number('relapse-plan.due'))}`,
  'hold-review': (said) =>
    `Hold to be looked at by ${said.due}${since(said, said.anchorType === 'HoldReviewed' ? 'last reviewed' : 'it began')}${asks('asks for a look every', said.number('hold.review'))}`,
  'resource-loop': (said) =>
    `Outcome of a resource connection due ${said.due}${since(said, said.anchorType === 'ResourceConnectionClosed' ? 'on a waiting list, as was said' : 'connected')}${asks('asks what became of it after', said.number('resource.due'))}`,
  'transfer-acknowledgement': (said) =>
    `Transfer to be acknowledged by ${said.due}${since(said, 'transferred')}${asks('allows', said.number('transfer.acknowledge'))}`,
  'planned-task': (said) =>
    `Planned task due ${said.due}${since(said, 'planned')}; the day was named by whoever planned it`,
  'episode-review': episodeReview,
};
