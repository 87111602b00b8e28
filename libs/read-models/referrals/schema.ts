import type { SchemaModule } from 'kysely';

/** Patients referred and not yet enrolled. */
export interface ReferralsTable {
  episode_id: string;
  organisation: string;
  patient_id: string;
  site: string;
  zone: string;
  care_manager: string | null;
  referred_by: string;
  referred_on: string;
  /** When the referral was recorded: the age of a late entry counts from the clinic's own date, not from here. */
  recorded_at: string;
  urgency: string;
  accepted: number;
  repeated: number;
  reason: string | null;
  attempts: number;
  /** JSON list of `{ on, channel, outcome }`. */
  attempts_made: string;
  reached_on: string | null;
  /** Safety 0, urgent 1, routine 2, then the day of the referral: sorts the list. */
  sort: string;
  unreadable: number;
}

export async function referralsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('referrals')
    .addColumn('episode_id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('care_manager', 'text')
    .addColumn('referred_by', 'text', (c) => c.notNull())
    .addColumn('referred_on', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('urgency', 'text', (c) => c.notNull())
    .addColumn('accepted', 'integer', (c) => c.notNull())
    .addColumn('repeated', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('attempts_made', 'text', (c) => c.notNull())
    .addColumn('reached_on', 'text')
    .addColumn('sort', 'text', (c) => c.notNull())
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('referrals_by_urgency')
    .on('referrals')
    .columns(['organisation', 'sort', 'episode_id'])
    .execute();
}
