import type { SchemaModule } from 'kysely';

/** The consult queue: one row for each episode that waits for the psychiatric consultant. */
export interface ConsultsTable {
  episode_id: string;
  organisation: string;
  patient_id: string;
  site: string;
  zone: string;
  care_manager: string | null;
  provider: string | null;
  phase: string;
  enrolled_on: string | null;
  scale: string | null;
  risk_level: string | null;
  /** JSON lists, see rows.ts. */
  reasons: string;
  scores: string;
  /** JSON of the last recommendation and its answer, or null. */
  last: string | null;
  since: string;
  /** Class of the most pressing reason, then since when: sorts the queue. */
  urgency: string;
  unreadable: number;
}

export async function consultsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('consults')
    .addColumn('episode_id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('care_manager', 'text')
    .addColumn('provider', 'text')
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('enrolled_on', 'text')
    .addColumn('scale', 'text')
    .addColumn('risk_level', 'text')
    .addColumn('reasons', 'text', (c) => c.notNull())
    .addColumn('scores', 'text', (c) => c.notNull())
    .addColumn('last', 'text')
    .addColumn('since', 'text', (c) => c.notNull())
    .addColumn('urgency', 'text', (c) => c.notNull())
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('consults_by_urgency')
    .on('consults')
    .columns(['organisation', 'urgency', 'episode_id'])
    .execute();
}
