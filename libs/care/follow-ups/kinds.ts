/** Every kind of follow-up, in the order in which a worklist row names them: the most pressing class first. */
export const FOLLOW_UP_KINDS = [
  'safety-review',
  'post-discharge-contact',
  'risk-reassessment',
  'risk-consult',
  'relapse-confirm',
  'deterioration-review',
  'consult-request',
  'non-response-consult',
  'consult-repeat',
  'recommendation-answer',
  'recommendation-action',
  'first-outreach',
  'outreach-retry',
  'close-unreached-referral',
  'initial-assessment',
  'missed-appointment',
  'no-contact',
  'result-review',
  'early-response-check',
  'plan-review',
  'appointment',
  'contact',
  'reassessment',
  'step-down-review',
  'relapse-plan',
  'hold-review',
  'resource-loop',
  'transfer-acknowledgement',
  'planned-task',
  'episode-review',
] as const;
/** What concerns the safety of a patient: never put off, and a new pathway reaches it without notice. */
export const SAFETY_KINDS: ReadonlySet<FollowUpKind> = new Set([
  'safety-review',
  'risk-reassessment',
  'risk-consult',
  'post-discharge-contact',
]);

export type FollowUpKind = (typeof FOLLOW_UP_KINDS)[number];
