import type { SchemaModule } from 'kysely';

/** What the lists of a day say of an episode beside what is owed; one row for each episode. */
export interface BriefsTable {
  episode_id: string;
  organisation: string;
  /** 1 while the patient is in treatment: enrolled and not ended. */
  in_treatment: number;
  /** One of `STANDS_OUT`: where something speaks for itself, without a follow-up, and `Standing` is worth reading. */
  stands_out: number;
  /** JSON of `Standing`, `Course` and `Reach`. */
  standing: string;
  course: string;
  reach: string;
}

export async function briefsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('briefs')
    .addColumn('episode_id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('in_treatment', 'integer', (c) => c.notNull())
    .addColumn('stands_out', 'integer', (c) => c.notNull())
    .addColumn('standing', 'text', (c) => c.notNull())
    .addColumn('course', 'text', (c) => c.notNull())
    .addColumn('reach', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('briefs_by_state')
    .on('briefs')
    .columns(['organisation', 'in_treatment', 'stands_out'])
    .execute();
}
