import { DEFAULT_PARAMETERS, DEFAULT_PATHWAY_FILE, type ParameterKey } from './default.js';
import { given, type Given } from './given.js';

const short = (value: number): Given => [value, 'proposal', '*', 'shortened for demonstration; not for care'];

/** Administrative clocks as short as their ranges allow, so that outreach, silence and reviews can be watched; safety and clinical ones as in the default. */
const VALUES: Partial<Record<ParameterKey, Given>> = {
  'outreach.second-attempt': short(1),
  'outreach.third-attempt': short(1),
  'outreach.letter': short(1),
  'outreach.digest': short(1),
  'outreach.close': short(14),
  'outreach.close.after-letter': short(3),
  'outreach.close.supervisor': short(1),
  'assessment.initial': short(7),
  'assessment.initial.after-reached': short(1),
  'assessment.initial.supervisor': short(3),
  'no-contact.warn': short(14),
  'no-contact.after-planned': short(7),
  'no-contact.second': short(1),
  'no-contact.third': short(3),
  'no-contact.act': short(45),
  'no-contact.propose': short(60),
  'resource.due': short(14),
  'resource.shown': short(7),
  'review.dead-man': short(7),
  'review.first': short(3),
  'review.second': short(6),
};

export const DEMO_FILE = {
  ...DEFAULT_PATHWAY_FILE,
  id: 'demo',
  title: 'Demonstration with short administrative clocks; not for care',
  notForCare: true,
  parameters: given(DEFAULT_PARAMETERS, VALUES),
} as const;
