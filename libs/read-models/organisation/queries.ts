import { organisationDecider, UNREADABLE, type OrganisationState, type RecordedOrganisationEvent } from '#care';
import type { Database } from '../projection.js';

interface Folded {
  readonly state: OrganisationState;
  /** Of the last event taken in. */
  readonly revision: number;
}

const EMPTY: Folded = { state: organisationDecider.initial, revision: -1 };

/**
 * An organisation as folded from what this file keeps. The folds are kept too, so that asking again costs only what is new: rows of one
 * generation are only ever added, and in order; a restored log makes another generation.
 */
export function organisationQuery(db: Database): (organisation: string) => Promise<OrganisationState> {
  const known = new Map<string, Folded>();
  return async (organisation) => {
    const before = known.get(organisation) ?? EMPTY;
    const now = (await organisationEvents(db, organisation, before.revision)).reduce(takenIn, before);
    if (now !== before) known.set(organisation, now);
    return now.state;
  };
}

const takenIn = ({ state }: Folded, event: RecordedOrganisationEvent): Folded => ({
  state: organisationDecider.evolve(state, event),
  revision: event.revision,
});

/** What this file keeps of an organisation after a revision, in order. */
export async function organisationEvents(
  db: Database,
  organisation: string,
  revision = -1,
): Promise<readonly RecordedOrganisationEvent[]> {
  const rows = await db
    .selectFrom('organisation_events')
    .select(['event', 'unreadable'])
    .where('organisation', '=', organisation)
    .where('revision', '>', revision)
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
