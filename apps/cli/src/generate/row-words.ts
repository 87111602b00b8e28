import type { FollowUpKind } from '#care';

/**
 * What follow-up-rules says of each kind, in words: the columns that the views do not show. A number never stands here as a digit: `{key}`
 * names a parameter of the pathway, so that the words follow the policy. What a kind is called, what ends it and its source: libs/read-models/words.
 */
export interface RowWords {
  readonly opens: string;
  readonly due: string;
  /** Who is told when, in order. */
  readonly tells: readonly string[];
  /** How its last step repeats, where that is not the general rule. */
  readonly repeats?: string;
  /** Anything else with a number in it. */
  readonly also?: string;
}

export const ROW_WORDS: Readonly<Record<FollowUpKind, RowWords>> = {
  'safety-review': {
    opens:
      'a safety concern, in any state of the episode and also after its end: item 9 of the PHQ-9 above zero or left out, a total without its items, or a person’s word. While one is open, another concern attaches to it',
    due: 'the local day on which the concern was recorded; it never rolls to a business day',
    tells: [
      'at once: the care manager; outside opening hours the on-call clinician',
      '{safety.remind} later: the same again, unless somebody acknowledged it',
      '{safety.second-owner} later: the second owner; outside opening hours the supervisor',
      'close of business: the supervisor',
      'the next morning: the supervisor, the psychiatric consultant and the primary care provider',
    ],
    repeats: 'every {safety.repeat}, to the supervisor and the on-call clinician only',
    also: 'It cannot be snoozed, and nobody can be discharged while it is open. A step at a clock time that lies before its opening is dropped.',
  },
  'post-discharge-contact': {
    opens: 'a discharge from a facility became known; reports of one day are one discharge',
    due: '{post-discharge.first} after the discharge, and a second contact {post-discharge.second} after it; rolls back to a business day, never onto the day of discharge',
    tells: [
      '{post-discharge.call} after the discharge: the care manager',
      '{post-discharge.supervisor} after it: the supervisor',
      'the due day: the care manager and the primary care provider; of the second contact the care manager alone',
    ],
    also: 'It cannot be snoozed. A contact after its window fulfils it late.',
  },
  'risk-reassessment': {
    opens: 'a safety review that found a risk',
    due: '{risk.low} after a low, {risk.moderate} after a moderate, {risk.high} after a high risk; rolls back to a business day',
    tells: [
      '{risk.ahead} before it is due: the care manager',
      'the due day: the care manager',
      'its close of business: the care manager and the supervisor; with a high risk the psychiatric consultant too',
    ],
    also: 'It cannot be snoozed.',
  },
  'risk-consult': {
    opens: 'a safety review that found a moderate or a high risk',
    due: '{risk-consult.moderate} after a moderate, {risk-consult.high} after a high risk; rolls back to a business day',
    tells: ['at once: the consult queue', 'the due day: the care manager and the supervisor'],
    also: 'It cannot be snoozed.',
  },
  'relapse-confirm': {
    opens:
      'in relapse prevention: a primary scale from {elevated.from} on, or an alarming rise above the best score (PHQ-9 five points, GAD-7 four)',
    due: '{relapse.confirm} after that scale; rolls back to a business day',
    tells: [
      'the next business day: the care manager and the consult queue',
      'the due day: the care manager',
      '{relapse.supervisor} after it: the supervisor',
    ],
    also: 'Ruling it out takes another scale at least {relapse.second-scale} after the first.',
  },
  'deterioration-review': {
    opens:
      'in the acute phase: a primary scale that rose clearly (PHQ-9 five points, GAD-7 four) above the best or the last one; after a rise that somebody decided about, above those since',
    due: '{deterioration.due} after that scale at the latest; rolls back to a business day',
    tells: ['at once: the consult queue', 'the due day: the care manager and the supervisor'],
  },
  'consult-request': {
    opens: 'a consult was asked for; a recommendation was declined',
    due: '{consult-request.due} after it; when the request or the recommendation was urgent or about safety, {consult-request.urgent}',
    tells: [
      'at once, when it is urgent or about safety, or a recommendation was declined: the consult queue',
      'the due day: the consult queue and the care manager; when it is urgent or about safety the supervisor too',
    ],
  },
  'non-response-consult': {
    opens: 'enrolment, in the acute phase; silent at first. No score counts as no response',
    due: '{non-response.due} after enrolment; rolls back to a business day. When a hold covered that day: {non-response.after-hold} after the hold',
    tells: [
      '{non-response.first} after enrolment: the consult queue and the care manager',
      '{non-response.second} after enrolment: the psychiatric consultant and the supervisor’s daily digest',
      'the due day: the care manager',
      'its close of business: the supervisor',
    ],
    also: 'A recommendation counts from {non-response.counts-from} after enrolment on. It may be snoozed once, {snooze.consult} at most.',
  },
  'consult-repeat': {
    opens:
      'a recommendation, in the acute phase, while the patient is not improved (neither a response nor below {elevated.from})',
    due: 'the later of {consult-repeat.from} after enrolment and {consult-repeat.every} after the recommendation; rolls back to a business day',
    tells: [
      '{consult-repeat.queue} before it is due: the consult queue',
      'the due day: the care manager',
      '{consult-repeat.supervisor} after it: the supervisor',
    ],
    also: 'It may be snoozed once, {snooze.consult} at most.',
  },
  'recommendation-answer': {
    opens: 'a recommendation to the primary care provider',
    due: '{recommendation.answer} after it; an urgent one {recommendation.answer.urgent} after',
    tells: [
      'at once: the primary care provider',
      'the due day: the care manager',
      '{recommendation.answer.escalate} after it: the psychiatric consultant and the supervisor’s daily digest',
    ],
  },
  'recommendation-action': {
    opens: 'a recommendation to the care manager; one to the provider that was accepted, or accepted with changes',
    due: '{recommendation.action} after the recommendation or the answer; an urgent one to the care manager {recommendation.action.urgent}',
    tells: [
      'at once, of a recommendation to the care manager: the care manager',
      'the due day: the care manager',
      '{recommendation.action.escalate} after it: the psychiatric consultant',
    ],
  },
  'first-outreach': {
    opens: 'the referral, accepted or not; another referral while nobody was reached',
    due: '{referral.first-outreach} after the referral; urgent or safety: the same day, which never rolls',
    tells: [
      'the due day: the care manager; while there is none, the supervisor',
      'the next business day: the supervisor; urgent or safety: close of business on the same day',
    ],
    also: 'An urgent one cannot be snoozed.',
  },
  'outreach-retry': {
    opens:
      'an attempt that reached nobody, also a text or a letter that was sent. Attempts of one day count as one; a wrong number counts as none',
    due: 'the second attempt {outreach.second-attempt} after the first, the third {outreach.third-attempt} after the second, a letter or portal message {outreach.letter} after the third',
    tells: [
      'the due day: the care manager, with what the attempts so far lack',
      '{outreach.digest} after it: the supervisor’s daily digest',
    ],
    also: 'Attempts are spread when they lie in at least {outreach.spread} parts of the day (morning, from {outreach.afternoon} afternoon, from {outreach.evening} evening), weekdays and channels; a letter counts as a channel.',
  },
  'close-unreached-referral': {
    opens: 'the first attempt that reached nobody',
    due: '{outreach.close} after the referral, and at least {outreach.close.after-letter} after a letter',
    tells: [
      'the due day: the care manager, who is proposed to close it; with fewer than {outreach.attempts} attempts on different days, or attempts that are not spread, the supervisor is asked instead',
      '{outreach.close.supervisor} after it: the supervisor',
    ],
    also: 'A timer never closes a referral: it asks a person.',
  },
  'initial-assessment': {
    opens: 'the patient was reached',
    due: 'the later of {assessment.initial} after the referral and {assessment.initial.after-reached} after the patient was reached',
    tells: ['the due day: the care manager', '{assessment.initial.supervisor} after it: the supervisor'],
  },
  'missed-appointment': {
    opens: 'an appointment that the patient missed',
    due: '{missed-appointment.due} after it',
    tells: ['the due day: the care manager', '{missed-appointment.digest} after it: the supervisor’s daily digest'],
  },
  'no-contact': {
    opens: 'enrolment; each treatment contact',
    due: '{no-contact.warn} after it, or {no-contact.after-planned} after the planned next contact if that is later',
    tells: [
      'with a high risk, {no-contact.high-risk} after the last contact: the supervisor',
      'the due day, {no-contact.second} after it and {no-contact.third} after it: the care manager',
      '{no-contact.act} after the last contact: the care manager, the primary care provider and the supervisor; a letter is sent',
      '{no-contact.propose} after the last contact: the care manager and the supervisor, who are proposed to discharge; never with a high risk',
    ],
    also: 'When a contact was planned late, the letter follows the tries and the proposal comes as long after the letter as these two lie apart. A timer never discharges: it asks a person.',
  },
  'result-review': {
    opens: 'a scale that staff did not enter, also after the end of the episode',
    due: '{result-review.due} after it',
    tells: ['the due day: the care manager', '{result-review.supervisor} after it: the supervisor'],
  },
  'early-response-check': {
    opens:
      'a baseline from {elevated.from} on, in the acute phase; then the first scale from {early-response.from} after enrolment on, when it fell too little (PHQ-9 less than five points, GAD-7 less than four)',
    due: '{early-response.due} after enrolment; after too small a drop {early-response.queue} after that scale; both roll back to a business day. When the day had passed before a hold ended: {non-response.after-hold} after the hold',
    tells: ['the due day: the care manager', 'after too small a drop, at once: the consult queue'],
    also: 'On the worklist it shares one line with the consult of week eight and the plan review.',
  },
  'plan-review': {
    opens:
      'in the acute phase: enrolment, while there is no plan; a first plan, or a change of treatment; enrolment, for the long run',
    due: '{plan-review.first} after enrolment; {plan-review.change} after the change; {plan-review.long} after enrolment (when that day had passed before a hold ended, {non-response.after-hold} after the hold)',
    tells: [
      '{plan-review.queue} before it is due: the consult queue',
      'the due day: the care manager',
      '{plan-review.digest} after it: the supervisor’s daily digest',
    ],
  },
  appointment: {
    opens: 'an appointment booked or moved',
    due: 'its date',
    tells: [
      'that morning: the care manager, as the agenda',
      'its close of business: the care manager, asked for the outcome',
    ],
  },
  contact: {
    opens: 'enrolment; each treatment contact',
    due: '{contact.acute} after it in the acute phase, {contact.relapse-prevention} in relapse prevention, or what the plan says; no later than the last business day of the month after, unless the plan spaces contacts wider',
    tells: ['the due day: the care manager', '{contact.digest} after it: the supervisor’s daily digest'],
  },
  reassessment: {
    opens: 'enrolment; each complete primary scale; a scale that the patient declined',
    due: '{reassessment.acute} after it in the acute phase, {baseline.window} after enrolment without a baseline, {reassessment.relapse-prevention} in relapse prevention, or what the plan says; {reassessment.after-declined} after a declined one; no later than the last business day of the month after, unless the plan spaces scales wider',
    tells: [
      'the due day: the care manager',
      '{reassessment.overdue} after it: the care manager, as overdue',
      '{reassessment.digest} after it: the supervisor’s daily digest and the consult queue',
    ],
  },
  'step-down-review': {
    opens:
      'in the acute phase: a score below {remission.below} at least {step-down.apart} after another, none above between them; in relapse prevention: {step-down.stable-scales} stable scales in a row',
    due: '{step-down.due} after that scale',
    tells: ['the due day: the care manager', '{step-down.digest} after it: the supervisor’s daily digest'],
  },
  'relapse-plan': {
    opens: 'relapse prevention began',
    due: '{relapse-plan.due} after it, at the latest the day before the second contact of relapse prevention; rolls back to a business day',
    tells: ['the due day: the care manager', 'the latest day: the supervisor'],
  },
  'hold-review': {
    opens: 'a hold began; each review of it',
    due: 'the earlier of its expected end and {hold.review} after',
    tells: ['the due day: the care manager', '{hold.digest} after it: the supervisor’s daily digest'],
  },
  'resource-loop': {
    opens: 'the patient was connected to a resource, or is on its waiting list',
    due: '{resource.due} after it',
    tells: ['{resource.shown} after the connection: the care manager', 'the due day: the care manager'],
  },
  'transfer-acknowledgement': {
    opens: 'the care manager or the site changed; a first assignment is no change',
    due: '{transfer.acknowledge} after it',
    tells: [
      'the due day: the new care manager and the former owner',
      'its close of business: the supervisor and the former owner',
    ],
  },
  'planned-task': {
    opens: 'somebody planned a task',
    due: 'the date they named',
    tells: ['the due day: the owner of the task'],
  },
  'episode-review': {
    opens: 'nothing else is open; and enrolment, for the long run',
    due: '{review.dead-man} after the latest act when nothing else is open; {review.first} and {review.second} after enrolment',
    tells: ['the due day: the care manager and the supervisor’s daily digest'],
  },
};

/** Numbers that hold for many kinds, and where. */
export const GENERAL_WORDS: readonly string[] = [
  'A step is raised at {day.starts} local time at the site unless its row says otherwise.',
  'The last step repeats every {repeat.every} at the same local time until somebody acts.',
  'A follow-up may be snoozed {snooze.times} times, {snooze.longest} at most each time, and beyond that by the supervisor; what concerns safety or risk never. A snooze ends on a business day, as do the steps that it moves behind it; at its end the care manager is told, or the owner of a task, or the supervisor of what they alone are asked. It reaches no further than the next day on which somebody else is told, and moves no such step. Snoozing ends nothing.',
  'The supervisor’s digest goes out at {digest.at}. The load of alerts is measured against {load.rows} rows and {load.interruptions} interruptions for one person and day.',
  'The lists of a day call a consult urgent when it is due within {day.consult-ahead} and nobody has asked for it, and name a patient who is not improved on the same treatment for {day.plan-unchanged}.',
  'What a new pathway or new hours bring forward in a running episode comes {repin.lead} after they reach it at the earliest, and no later than it was; what concerns safety comes at once and is never made later.',
];

/** Every sentence about a kind. */
export const sentencesOf = ({ opens, due, tells, repeats = '', also = '' }: RowWords): string[] => [
  opens,
  due,
  ...tells,
  repeats,
  also,
];
