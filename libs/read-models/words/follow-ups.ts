import type { FollowUpKind } from '#care';
import { daysFrom, inDays, spoken } from './dates.js';

/** What a reason is made of: dates and codes only, nothing personal and no score. */
export interface Reason {
  readonly kind: FollowUpKind;
  /** Local date of the fact that opened it; null when that fact is not readable. */
  readonly anchorOn: string | null;
  readonly dueOn: string;
  /** Code of the primary scale, when known. */
  readonly scale?: string | null;
}

interface Words {
  readonly title: string;
  /** The "Fulfilled by" column of follow-up-rules. */
  readonly closes: string;
  /** `due` and `since` are dates as people say them; `since` is empty when the fact is not readable. */
  readonly why: (said: { due: string; since: string; apart: string; scale: string }) => string;
}

const on = (since: string, before: string): string => (since === '' ? '' : ` ${before}${since}`);

const WORDS: Readonly<Record<FollowUpKind, Words>> = {
  'safety-review': {
    title: 'Safety assessment',
    closes:
      'a safety review that says "assessed", an emergency or welfare-check disposition, or an unanswered item asked again',
    why: ({ due, since }) => `Safety assessment needed on ${due}${on(since, 'for what became known on ')}`,
  },
  'post-discharge-contact': {
    title: 'Contact after discharge',
    closes: 'a treatment contact within the window, never on the day of discharge',
    why: ({ due, since }) => `Contact due by ${due} after a discharge from a facility${on(since, 'reported on ')}`,
  },
  'risk-reassessment': {
    title: 'Risk reassessment',
    closes: 'a new safety review',
    why: ({ due, since, apart }) =>
      `Risk reassessment due ${due}${apart && `, ${apart} after the last safety review`}${since && ` (${since})`}`,
  },
  'risk-consult': {
    title: 'Consult on risk',
    closes: 'a recommendation by the psychiatric consultant',
    why: ({ due, since }) => `Consult on risk due ${due}${on(since, 'after the safety review of ')}`,
  },
  'relapse-confirm': {
    title: 'Possible relapse',
    closes: 'a person’s "relapse confirmed" or "ruled out", with a second scale at least a week later',
    why: ({ due, since, scale }) =>
      `${scale} pointed to a possible relapse${on(since, 'on ')}; confirm or rule out by ${due}`,
  },
  'deterioration-review': {
    title: 'Getting worse',
    closes: 'a case review or a recommendation',
    why: ({ due, since, scale }) => `${scale} got clearly worse${on(since, 'on ')}; review by ${due}`,
  },
  'non-response-consult': {
    title: 'Consult: no response yet',
    closes: 'a written recommendation from day 49 of treatment on; a meeting or a request does not count',
    why: ({ due, since }) =>
      `No response to treatment recorded${on(since, 'since enrolment on ')}; recommendation due by ${due}`,
  },
  'consult-repeat': {
    title: 'Repeat consult',
    closes: 'a new recommendation',
    why: ({ due, since, apart }) =>
      `Still not improved${apart && `, ${apart} after the last recommendation`}${since && ` (${since})`}; a new one is due by ${due}`,
  },
  'recommendation-answer': {
    title: 'Answer to a recommendation',
    closes: 'the provider’s answer, also on the provider’s behalf',
    why: ({ due, since }) => `The recommendation${on(since, 'of ')} waits for an answer until ${due}`,
  },
  'recommendation-action': {
    title: 'Act on a recommendation',
    closes: 'a treatment plan that names the recommendation, or "not done" with the reason',
    why: ({ due, since }) => `The recommendation accepted${on(since, 'on ')} should be in the plan by ${due}`,
  },
  'first-outreach': {
    title: 'First outreach',
    closes: 'an outreach attempt (not to a wrong number) or a contact',
    why: ({ due, since }) => `Referred${on(since, 'on ')}, not yet called; first attempt due ${due}`,
  },
  'outreach-retry': {
    title: 'Try to reach again',
    closes: 'the next attempt, on another day',
    why: ({ due, since }) => `The attempt${on(since, 'on ')} reached nobody; next one due ${due}`,
  },
  'close-unreached-referral': {
    title: 'Close the referral?',
    closes: 'a person’s decision: referral closed as unreached and the provider told, or the patient reached',
    why: ({ due, since }) => `Not reached${on(since, 'since the first attempt on ')}; decide about closing by ${due}`,
  },
  'initial-assessment': {
    title: 'Initial assessment',
    closes: 'the enrolment of the patient',
    why: ({ due, since }) => `Reached${on(since, 'on ')}, not yet enrolled; initial assessment due ${due}`,
  },
  'missed-appointment': {
    title: 'Missed appointment',
    closes: 'an attempt to reach the patient or a contact',
    why: ({ due, since }) => `Appointment missed${on(since, 'on ')}; call by ${due}`,
  },
  'no-contact': {
    title: 'No contact',
    closes: 'a treatment contact; messages, voicemails and attempts do not count',
    why: ({ due, since }) =>
      since === '' ? `No treatment contact by ${due}` : `No treatment contact since ${since}; overdue from ${due}`,
  },
  'result-review': {
    title: 'New result',
    closes: 'somebody’s review of the result, or a visit',
    why: ({ due, since, scale }) =>
      `A ${scale} that staff did not enter came in${on(since, 'on ')}; look at it by ${due}`,
  },
  'early-response-check': {
    title: 'Early response check',
    closes: 'the first scale from day 28 on',
    why: ({ due, scale }) => `${scale} due by ${due} to see whether treatment begins to work`,
  },
  'plan-review': {
    title: 'Plan review',
    closes: 'a revised plan, or a case review that says "continue" with its reason',
    why: ({ due, since }) => `Treatment plan to be reviewed by ${due}${on(since, 'after what was recorded on ')}`,
  },
  appointment: {
    title: 'Appointment',
    closes: 'its outcome (kept, missed or cancelled), or a visit that day',
    why: ({ due, since }) => `Appointment on ${due}${on(since, 'booked on ')}`,
  },
  contact: {
    title: 'Contact',
    closes: 'a treatment contact with the patient; messages, voicemails and attempts do not count',
    why: ({ due, since, apart }) =>
      `Contact due ${due}${apart && `, ${apart} after the last one or enrolment`}${since && ` (${since})`}`,
  },
  reassessment: {
    title: 'Scale',
    closes: 'a complete scale after that date',
    why: ({ due, since, apart, scale }) =>
      `${scale} due ${due}${apart && `: ${apart} after the last one or enrolment`}${since && ` (${since})`}`,
  },
  'step-down-review': {
    title: 'Step down?',
    closes: 'relapse prevention started, a discharge, or "continue" with its reason',
    why: ({ due, since }) => `Stable enough${on(since, 'since ')} to think of stepping down; decide by ${due}`,
  },
  'relapse-plan': {
    title: 'Relapse prevention plan',
    closes: 'a completed plan of which the patient has a copy',
    why: ({ due, since }) => `In relapse prevention${on(since, 'since ')}; plan due by ${due}`,
  },
  'hold-review': {
    title: 'Review the hold',
    closes: 'the hold reviewed or ended',
    why: ({ due, since }) => `On hold${on(since, 'since ')}; look at it again by ${due}`,
  },
  'resource-loop': {
    title: 'Close the loop',
    closes: 'what became of the connection, with its outcome',
    why: ({ due, since }) => `Connected to a resource${on(since, 'on ')}; outcome due by ${due}`,
  },
  'transfer-acknowledgement': {
    title: 'Take over',
    closes: 'the new owner’s acknowledgement',
    why: ({ due, since }) => `Transferred${on(since, 'on ')}; to be acknowledged by ${due}`,
  },
  'planned-task': {
    title: 'Planned task',
    closes: 'the task done or cancelled',
    why: ({ due, since }) => `Planned${on(since, 'on ')} for ${due}`,
  },
  'episode-review': {
    title: 'Episode review',
    closes: 'a case review',
    why: ({ due }) => `Nothing else is owed, or the episode has lasted long; look at the whole case by ${due}`,
  },
};

export const titleOf = (kind: FollowUpKind): string => WORDS[kind].title;

/** What a person has to do so that it ends. */
export const whatCloses = (kind: FollowUpKind): string => WORDS[kind].closes;

/** Why a follow-up exists, in one plain sentence, e.g. `PHQ-9 due 17 Mar: 14 days after the last one or enrolment (3 Mar)`. */
export function whyItExists({ kind, anchorOn, dueOn, scale }: Reason): string {
  const days = anchorOn === null ? 0 : daysFrom(anchorOn, dueOn);
  return WORDS[kind].why({
    due: spoken(dueOn),
    since: anchorOn === null ? '' : spoken(anchorOn, dueOn),
    apart: days > 0 ? inDays(days) : '',
    scale: scale ?? 'Scale',
  });
}
