import type { SchemaModule } from 'kysely';

/** Every event of every episode as it was recorded: the timeline itself, and what an episode's story is told from. */
export interface EpisodeEventsTable {
  episode_id: string;
  revision: number;
  organisation: string;
  type: string;
  occurred_at: string;
  recorded_at: string;
  actor: string;
  actor_role: string;
  command_id: string;
  facts: string;
  /** JSON; null when the type seals nothing or the key is gone. */
  sealed: string | null;
  unreadable: number;
}

export async function episodeEventsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('episode_events')
    .addColumn('episode_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('occurred_at', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('actor_role', 'text', (c) => c.notNull())
    .addColumn('command_id', 'text', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text')
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('episode_events_pk', ['episode_id', 'revision'])
    .execute();
}
