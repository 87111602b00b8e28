import { caseloadProjection } from './caseload/projection.js';
import { consultsProjection } from './consults/projection.js';
import { briefsProjection } from './day/projection.js';
import { episodesProjection } from './episodes/projection.js';
import { followUpsProjection } from './follow-ups/projection.js';
import { organisationProjection } from './organisation/projection.js';
import { patientsProjection } from './patients/projection.js';
import type { Projection } from './projection.js';
import { referralsProjection } from './referrals/projection.js';
import { scoresProjection } from './scores/projection.js';
import { timelineProjection } from './timeline/projection.js';

/** In the order in which they take in a batch: the timeline and the follow-ups keep what the views after them are told from. */
export const PROJECTIONS: readonly Projection[] = [
  organisationProjection,
  patientsProjection,
  timelineProjection,
  followUpsProjection,
  episodesProjection,
  caseloadProjection,
  scoresProjection,
  consultsProjection,
  referralsProjection,
  briefsProjection,
];
