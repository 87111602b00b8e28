import { organisationDecider, UNREADABLE, type OrganisationState, type RecordedOrganisationEvent } from '#care';
import type { Database } from '../projection.js';

/** The organisation as folded from what this file keeps. */
export async function organisationNow(db: Database, organisation: string): Promise<OrganisationState> {
  const rows = await db
    .selectFrom('organisation_events')
    .select(['event', 'unreadable'])
    .where('organisation', '=', organisation)
    .orderBy('revision')
    .execute();
  return rows
    .map(
      ({ event, unreadable }) =>
        ({
          ...(JSON.parse(event) as RecordedOrganisationEvent),
          ...(unreadable ? { sealed: UNREADABLE } : {}),
        }) as RecordedOrganisationEvent,
    )
    .reduce((state, event) => organisationDecider.evolve(state, event), organisationDecider.initial);
}
