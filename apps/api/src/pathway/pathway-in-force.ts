import { completed, currentPathway, DEFAULT_PATHWAY, type OrganisationState, type Pathway } from '#care';

/** As this build follows it: what an older one adopted has our default for what it did not know. */
export function pathwayInForce(state: OrganisationState): Pathway {
  const adopted = currentPathway(state);
  return adopted === undefined ? DEFAULT_PATHWAY : completed(adopted as unknown as Pathway);
}
