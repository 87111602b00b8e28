import type { SchemaModule } from 'kysely';

/** Which episodes there are, whose they are and where: what every other view joins. */
export interface EpisodesTable {
  episode_id: string;
  organisation: string;
  /** The record that leads for this person; differs from `record_id` after a merge. */
  patient_id: string;
  /** The record under which the episode was opened. */
  record_id: string;
  ordinal: number;
  site: string;
  zone: string;
  phase: string;
  phase_since: string;
  referred_on: string;
  ended_reason: string | null;
  care_manager: string | null;
  former_owner: string | null;
  provider: string | null;
  /** Who opened it by their referral. */
  referred_by: string;
  scale: string | null;
  /** The patient is in a facility, as far as is known. */
  inpatient: number;
  /** The next appointment with the care manager whose outcome is not known. */
  booked_on: string | null;
  revision: number;
}

export async function episodesTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('episodes')
    .addColumn('episode_id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addColumn('record_id', 'text', (c) => c.notNull())
    .addColumn('ordinal', 'integer', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('phase_since', 'text', (c) => c.notNull())
    .addColumn('referred_on', 'text', (c) => c.notNull())
    .addColumn('ended_reason', 'text')
    .addColumn('care_manager', 'text')
    .addColumn('former_owner', 'text')
    .addColumn('provider', 'text')
    .addColumn('referred_by', 'text', (c) => c.notNull())
    .addColumn('scale', 'text')
    .addColumn('inpatient', 'integer', (c) => c.notNull())
    .addColumn('booked_on', 'text')
    .addColumn('revision', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('episodes_by_patient').on('episodes').columns(['patient_id', 'ordinal']).execute();
  for (const named of ['care_manager', 'former_owner', 'provider'])
    await schema.createIndex(`episodes_by_${named}`).on('episodes').columns(['organisation', named]).execute();
  await schema.createIndex('episodes_by_record').on('episodes').columns(['record_id']).execute();
}
