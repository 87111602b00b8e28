import { FOLLOW_UP_KINDS, type FollowUpKind } from '#care';

/** Classes of follow-ups, the most pressing first (follow-up-rules, "Against alarm fatigue" 2). */
export const WORKLIST_CLASSES = [
  'safety',
  'post-discharge',
  'risk',
  'relapse-or-deterioration',
  'consult',
  'new-referral',
  'missed-visit',
  'routine',
] as const;
export type WorklistClass = (typeof WORKLIST_CLASSES)[number];

const NOT_ROUTINE: Readonly<Partial<Record<FollowUpKind, WorklistClass>>> = {
  'safety-review': 'safety',
  'post-discharge-contact': 'post-discharge',
  'risk-reassessment': 'risk',
  'risk-consult': 'risk',
  'relapse-confirm': 'relapse-or-deterioration',
  'deterioration-review': 'relapse-or-deterioration',
  'consult-request': 'consult',
  'non-response-consult': 'consult',
  'consult-repeat': 'consult',
  'recommendation-answer': 'consult',
  'recommendation-action': 'consult',
  'first-outreach': 'new-referral',
  'outreach-retry': 'new-referral',
  'close-unreached-referral': 'new-referral',
  'initial-assessment': 'new-referral',
  'missed-appointment': 'missed-visit',
  'no-contact': 'missed-visit',
};

export const classOf = (kind: FollowUpKind): WorklistClass => NOT_ROUTINE[kind] ?? 'routine';

/** What a written recommendation is owed for (C9, C10, C17). */
const CONSULTS: ReadonlySet<FollowUpKind> = new Set(['non-response-consult', 'consult-repeat', 'risk-consult']);
export const asksForConsult = (kind: FollowUpKind): boolean => CONSULTS.has(kind);

const CLASS_RANK = new Map(WORKLIST_CLASSES.map((one, i) => [one, i]));
const KIND_RANK = new Map(FOLLOW_UP_KINDS.map((one, i) => [one, i]));

export const classRank = (one: WorklistClass): number => CLASS_RANK.get(one) ?? WORKLIST_CLASSES.length;
/** Within a class, the order in which a row names its kinds. */
export const kindRank = (kind: FollowUpKind): number => KIND_RANK.get(kind) ?? FOLLOW_UP_KINDS.length;
