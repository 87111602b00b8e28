import type { SchemaModule } from 'kysely';

/** Every result of every scale, as it stands after corrections; voided ones stay, marked. */
export interface ScoresTable {
  episode_id: string;
  /** Of its first entry. */
  revision: number;
  corrected_by: number | null;
  voided_by: number | null;
  organisation: string;
  instrument: string;
  on_date: string;
  occurred_at: string;
  recorded_at: string;
  completeness: string;
  entered_by: string;
  /** JSON list; null when only a total came or it cannot be read. */
  items: string | null;
  total: number | null;
  /** Never a score; shown apart. */
  prorated: number | null;
  band: string | null;
  /** A screener’s hint for who looks first; never a recorded level of risk. */
  triage: string | null;
  is_primary: number;
  is_baseline: number;
  /** Points since the baseline, negative when better; only of complete primary results. */
  change: number | null;
  unreadable: number;
}

export async function scoresTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('scores')
    .addColumn('episode_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('corrected_by', 'integer')
    .addColumn('voided_by', 'integer')
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('instrument', 'text', (c) => c.notNull())
    .addColumn('on_date', 'text', (c) => c.notNull())
    .addColumn('occurred_at', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('completeness', 'text', (c) => c.notNull())
    .addColumn('entered_by', 'text', (c) => c.notNull())
    .addColumn('items', 'text')
    .addColumn('total', 'integer')
    .addColumn('prorated', 'real')
    .addColumn('band', 'text')
    .addColumn('triage', 'text')
    .addColumn('is_primary', 'integer', (c) => c.notNull())
    .addColumn('is_baseline', 'integer', (c) => c.notNull())
    .addColumn('change', 'integer')
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('scores_pk', ['episode_id', 'revision'])
    .execute();
}
