import { DEFAULT_PARAMETERS, DEFAULT_PATHWAY_FILE, type ParameterKey } from './default.js';
import { given, type Given } from './given.js';

/**
 * After the rules by which New York’s Office of Mental Health counts collaborative care (NYS OMH CoCM metrics 2025 and the public guide
 * to reporting them): one clinical contact and one scale a calendar month, and a consultant’s recommendation for whoever has not
 * improved by day 70. What those rules do not speak of is as in the default.
 */
const VALUES: Partial<Record<ParameterKey, Given>> = {
  'contact.acute': [
    28,
    'regulation',
    '',
    'C6 (NY OMH: a clinical contact each calendar month); C4: ≤ 4 weeks (Bao 2016)',
  ],
  'contact.digest': [7, 'proposal', '*', 'C6: a contact missed by a week is seen before the month is over'],
  'reassessment.acute': [
    28,
    'regulation',
    '',
    'C6 (NY OMH: a scored scale each calendar month); domain §3.4: hard ceiling 28 days',
  ],
  'reassessment.overdue': [3, 'proposal', '*', 'C6: a missing scale breaches the month even if a call took place'],
  'reassessment.digest': [7, 'proposal', '*', 'C6'],
  'reassessment.after-declined': [28, 'proposal', '*', 'C6: the next month asks again'],
  'non-response.second': [63, 'proposal', '*', 'C10 (NY OMH): a week before the consult is due'],
  'non-response.due': [70, 'regulation', '', 'C10 (NY OMH: consultation counted from day 70 on)'],
  'non-response.counts-from': [
    42,
    'proposal',
    '*',
    'C10: NY OMH looks back 60 days from day 70; bounded by our own range',
  ],
  // The same numbers as the default, for a reason of New York’s own.
  'baseline.window': [14, 'regulation', '', 'NY reporting guide'],
  'elevated.from': [10, 'regulation', '', 'NY OMH: baseline ≥ 10; Kroenke 2001; Spitzer 2006'],
  'response.drop': [0.5, 'regulation', '', 'NY OMH: improvement is ≥ 50 % or < 10; HEDIS DRR-E'],
  'contact.relapse-prevention': [
    30,
    'regulation',
    '',
    'C6 (NY OMH): the monthly floor holds as long as the patient is enrolled; C12',
  ],
  'reassessment.relapse-prevention': [30, 'regulation', '', 'C6 (NY OMH), C12'],
};

export const MONTHLY_FLOOR_FILE = {
  ...DEFAULT_PATHWAY_FILE,
  id: 'monthly-floor',
  title: 'Monthly floor: after the reporting rules of New York’s Office of Mental Health',
  parameters: given(DEFAULT_PARAMETERS, VALUES),
} as const;
