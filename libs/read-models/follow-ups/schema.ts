import type { EpisodeEventType, FollowUpKind, Notify } from '#care';
import type { SchemaModule } from 'kysely';

/** Every follow-up of every episode, open or ended: the base of worklist, inbox and the headline of a caseload row. */
export interface FollowUpsTable {
  episode_id: string;
  follow_up_id: string;
  organisation: string;
  kind: FollowUpKind;
  anchor_revision: number;
  /** Local date of the anchor; null when its event could not be taken in. */
  anchor_on: string | null;
  anchor_type: EpisodeEventType | null;
  due_on: string;
  zone: string;
  safety: number;
  opened_at: string;
  owner: string | null;
  about: number | null;
  state: 'open' | 'fulfilled' | 'superseded';
  /** Planned time of the first and of the latest raised step, also of the follow-up it carries on; null while none was raised. */
  first_raised_at: string | null;
  last_raised_at: string | null;
  last_step: number;
  /** JSON list of `Raise`. */
  raises: string;
  /** JSON list of every role told so far. */
  notified: string;
  next_step: number;
  next_at: string;
  /** JSON list of roles. */
  next_notify: string;
  snoozed_until: string | null;
  acknowledged_by: string | null;
  /** When somebody last said that they have it in hand, or it was handed to somebody by name. */
  in_hand_since: string | null;
  ended_at: string | null;
  ended_revision: number | null;
  by_revision: number | null;
  end_reason: string | null;
  /** The ledger entry as JSON: what the next event is folded into. */
  entry: string;
}

/** One step as it was raised. */
export interface Raise {
  readonly step: number;
  readonly at: string;
  readonly recordedAt: string;
  readonly notify: readonly Notify[];
}

export async function followUpsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('follow_ups')
    .addColumn('episode_id', 'text', (c) => c.notNull())
    .addColumn('follow_up_id', 'text', (c) => c.notNull())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('anchor_revision', 'integer', (c) => c.notNull())
    .addColumn('anchor_on', 'text')
    .addColumn('anchor_type', 'text')
    .addColumn('due_on', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('safety', 'integer', (c) => c.notNull())
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('owner', 'text')
    .addColumn('about', 'integer')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('first_raised_at', 'text')
    .addColumn('last_raised_at', 'text')
    .addColumn('last_step', 'integer', (c) => c.notNull())
    .addColumn('raises', 'text', (c) => c.notNull())
    .addColumn('notified', 'text', (c) => c.notNull())
    .addColumn('next_step', 'integer', (c) => c.notNull())
    .addColumn('next_at', 'text', (c) => c.notNull())
    .addColumn('next_notify', 'text', (c) => c.notNull())
    .addColumn('snoozed_until', 'text')
    .addColumn('acknowledged_by', 'text')
    .addColumn('in_hand_since', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('ended_revision', 'integer')
    .addColumn('by_revision', 'integer')
    .addColumn('end_reason', 'text')
    .addColumn('entry', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('follow_ups_pk', ['episode_id', 'follow_up_id'])
    .execute();
  await schema
    .createIndex('follow_ups_raised')
    .on('follow_ups')
    .columns(['organisation', 'state', 'first_raised_at'])
    .execute();
  await schema
    .createIndex('follow_ups_by_kind')
    .on('follow_ups')
    .columns(['organisation', 'state', 'kind', 'due_on'])
    .execute();
  await schema
    .createIndex('follow_ups_by_owner')
    .on('follow_ups')
    .columns(['organisation', 'state', 'owner'])
    .execute();
}
