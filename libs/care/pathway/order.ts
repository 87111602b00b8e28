import type { ParameterKey } from './default.js';

type Ordering = readonly [lower: ParameterKey, than: '<' | '≤', higher: ParameterKey];

/** Values that only make sense together: the first comes before the second, or not after it. Both bear one unit. */
export const ORDERED: readonly Ordering[] = [
  ['remission.below', '<', 'elevated.from'],
  ['reassessment.overdue', '<', 'reassessment.digest'],
  ['non-response.counts-from', '≤', 'non-response.first'],
  ['non-response.first', '<', 'non-response.second'],
  ['non-response.second', '<', 'non-response.due'],
  ['consult-repeat.queue', '<', 'consult-repeat.every'],
  ['plan-review.long.counts-from', '≤', 'plan-review.long'],
  ['safety.remind', '<', 'safety.second-owner'],
  ['risk.ahead', '<', 'risk.high'],
  ['risk.high', '≤', 'risk.moderate'],
  ['risk.moderate', '≤', 'risk.low'],
  ['risk-consult.high', '≤', 'risk-consult.moderate'],
  ['no-contact.second', '<', 'no-contact.third'],
  ['no-contact.warn', '<', 'no-contact.act'],
  ['no-contact.act', '<', 'no-contact.propose'],
  ['relapse.second-scale', '≤', 'relapse.confirm'],
  ['outreach.close.after-letter', '<', 'outreach.close'],
  ['resource.shown', '≤', 'resource.due'],
  ['review.first', '<', 'review.second'],
  ['snooze.consult', '≤', 'snooze.longest'],
];
