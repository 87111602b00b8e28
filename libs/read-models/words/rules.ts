import type { FollowUpKind } from '#care';

/** A row of the table of follow-ups in words. `{key}` names a parameter of the pathway; no number of care stands here as a digit. */
export interface RuleWords {
  readonly title: string;
  /** The "Src" column of follow-up-rules: clocks (C…) and sections of the research; `°` a default without a public source, `*` our own. */
  readonly source: string;
  /** The "Fulfilled by" column. */
  readonly closes: string;
  /** The "Superseded by" column; the end of the episode, a hold and the undoing of the anchor hold for every kind. */
  readonly supersedes?: string;
}

export const RULES: Readonly<Record<FollowUpKind, RuleWords>> = {
  'safety-review': {
    title: 'Safety assessment',
    source: 'C18 °',
    closes:
      'a safety review that says "assessed", an emergency or welfare-check disposition, or an unanswered item asked again',
    supersedes: 'the patient’s death; or every trigger was undone **and** a person says so in a review',
  },
  'post-discharge-contact': {
    title: 'Contact after discharge',
    source: 'C16',
    closes:
      'a treatment contact after the day of discharge, the second one after the first {post-discharge.first}; never on the day itself',
    supersedes: 'a readmission, or another discharge, which begins it anew',
  },
  'risk-reassessment': { title: 'Risk reassessment', source: 'C17', closes: 'a new safety review' },
  'risk-consult': {
    title: 'Consult on risk',
    source: 'C17 *',
    closes: 'a recommendation by the psychiatric consultant',
    supersedes: 'a newer safety review',
  },
  'relapse-confirm': {
    title: 'Possible relapse',
    source: 'research §2.8 °',
    closes: 'a person’s "relapse confirmed" or "ruled out", with a second scale at least {relapse.second-scale} later',
    supersedes: 'the relapse is confirmed without a second scale: the episode is acute again',
  },
  'deterioration-review': {
    title: 'Getting worse',
    source: 'research §2.8 °*',
    closes: 'a case review or a recommendation, by somebody who could see the score',
    supersedes:
      'the score was voided or corrected; a relapse was confirmed; an earlier score that became known later takes its place',
  },
  'consult-request': {
    title: 'Waits for the consultant',
    source: 'research §1.4 *',
    closes: 'a recommendation, or a case review of the treatment that does not itself decide to ask for a consult',
    supersedes: 'the request was undone; the declined recommendation was withdrawn, replaced or answered anew',
  },
  'non-response-consult': {
    title: 'Consult: no response yet',
    source: 'C9',
    closes:
      'a written recommendation from {non-response.counts-from} after enrolment on; a meeting or a request does not count',
    supersedes:
      'a baseline below {elevated.from}; a latest scale that is a response ({response.drop} below the baseline); relapse prevention',
  },
  'consult-repeat': {
    title: 'Repeat consult',
    source: 'C10',
    closes: 'a new recommendation',
    supersedes: 'the patient is improved; relapse prevention',
  },
  'recommendation-answer': {
    title: 'Answer to a recommendation',
    source: 'research §3.5 °',
    closes: 'the provider’s answer, also on the provider’s behalf',
    supersedes: 'the recommendation was withdrawn or replaced',
  },
  'recommendation-action': {
    title: 'Act on a recommendation',
    source: 'research §1.4 *',
    closes: 'a treatment plan that names the recommendation, or "not done" with the reason',
    supersedes: 'the recommendation was withdrawn or replaced',
  },
  'first-outreach': {
    title: 'First outreach',
    source: 'C1',
    closes: 'an outreach attempt (not to a wrong number) or a contact',
  },
  'outreach-retry': {
    title: 'Try to reach again',
    source: 'C3 *',
    closes: 'the next attempt, on another day; where a letter or portal message is due, that alone',
    supersedes: 'the patient was reached or enrolled',
  },
  'close-unreached-referral': {
    title: 'Close the referral?',
    source: 'C3 °',
    closes: 'a person’s decision: referral closed as unreached and the provider told',
    supersedes: 'the patient was reached or enrolled',
  },
  'initial-assessment': { title: 'Initial assessment', source: 'C2', closes: 'the enrolment of the patient' },
  'missed-appointment': {
    title: 'Missed appointment',
    source: 'research §6.1 *',
    closes: 'an attempt to reach the patient or a contact',
    supersedes: 'an appointment with the same person was booked or moved',
  },
  'no-contact': {
    title: 'No contact',
    source: 'C15 °',
    closes: 'a treatment contact; messages, voicemails and attempts do not count',
    supersedes: 'a change of phase',
  },
  'result-review': {
    title: 'New result',
    source: 'C19 *',
    closes: 'somebody’s review of the result, or a visit that is recorded when it is there',
    supersedes: 'the result was voided',
  },
  'early-response-check': {
    title: 'Early response check',
    source: 'C8',
    closes:
      'the first scale from {early-response.from} after enrolment on; after too small a drop, a case review or a recommendation',
    supersedes: 'a response; relapse prevention; an earlier score that became known later takes its place',
  },
  'plan-review': {
    title: 'Plan review',
    source: 'C9 *',
    closes:
      'the first plan, or a changed treatment; from {plan-review.queue} before it is due on also a revised plan that keeps the treatment, or a case review that says "continue" with its reason; the late review by one of these from {plan-review.long.counts-from} after enrolment on',
    supersedes: 'a response; relapse prevention; a newer plan',
  },
  appointment: {
    title: 'Appointment',
    source: '*',
    closes: 'its outcome (kept, missed or cancelled), or a visit that day',
    supersedes: 'the appointment was moved',
  },
  contact: {
    title: 'Contact',
    source: 'C4 C5 C6 C12',
    closes: 'a treatment contact with the patient; messages, voicemails and attempts do not count',
    supersedes: 'no-contact was raised and takes it over; a change of phase',
  },
  reassessment: {
    title: 'Scale',
    source: 'C6 C7',
    closes: 'a complete scale after that date',
    supersedes: 'the patient declined (a new one opens); a change of phase',
  },
  'step-down-review': {
    title: 'Step down?',
    source: 'research §3.6 °*',
    closes: 'relapse prevention started, a discharge, or "continue" with its reason',
    supersedes: 'remission was lost; in relapse prevention, an alarming scale',
  },
  'relapse-plan': {
    title: 'Relapse prevention plan',
    source: 'C13',
    closes: 'a completed plan of which the patient has a copy',
    supersedes: 'a relapse was confirmed',
  },
  'hold-review': { title: 'Review the hold', source: 'research §10 °', closes: 'the hold reviewed or ended' },
  'resource-loop': {
    title: 'Close the loop',
    source: 'research §10 °',
    closes: 'what became of the connection, with its outcome',
  },
  'transfer-acknowledgement': {
    title: 'Take over',
    source: 'research §3.11 °',
    closes: 'the new owner’s acknowledgement',
    supersedes: 'the episode was transferred again',
  },
  'planned-task': {
    title: 'Planned task',
    source: '*',
    closes: 'the task done',
    supersedes: 'the task was cancelled',
  },
  'episode-review': {
    title: 'Episode review',
    source: 'C14 *',
    closes: 'a case review; for an episode that has lasted long, one about its length, at most {review.dead-man} ahead',
    supersedes: 'another kind opened (only the one that stands for nothing else)',
  },
};
