import type { SchemaModule } from 'kysely';

/** An organisation's own events: few, and folded by the domain itself to say who is meant by a role at a moment. */
export interface OrganisationEventsTable {
  organisation: string;
  revision: number;
  /** JSON; its sealed box is null when the key is gone. */
  event: string;
  unreadable: number;
}

export async function organisationEventsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('organisation_events')
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('organisation_events_pk', ['organisation', 'revision'])
    .execute();
}
