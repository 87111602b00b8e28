import { organisationDecider, UNREADABLE, type OrganisationState, type RecordedOrganisationEvent } from '#care';
import type { Database } from '../projection.js';

/** The organisation as folded from what this file keeps. */
export const organisationNow = async (db: Database, organisation: string): Promise<OrganisationState> =>
  folded(await organisationEvents(db, organisation));

export const folded = (events: readonly RecordedOrganisationEvent[]): OrganisationState =>
  events.reduce((state, event) => organisationDecider.evolve(state, event), organisationDecider.initial);

/** What this file keeps of an organisation, in order. */
export async function organisationEvents(
  db: Database,
  organisation: string,
): Promise<readonly RecordedOrganisationEvent[]> {
  const rows = await db
    .selectFrom('organisation_events')
    .select(['event', 'unreadable'])
    .where('organisation', '=', organisation)
    .orderBy('revision')
    .execute();
  return rows.map(
    ({ event, unreadable }) =>
      ({
        ...(JSON.parse(event) as RecordedOrganisationEvent),
        ...(unreadable ? { sealed: UNREADABLE } : {}),
      }) as RecordedOrganisationEvent,
  );
}
