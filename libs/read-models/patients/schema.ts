import type { SchemaModule } from 'kysely';

/** Who the patients are. Everything personal goes when the patient's data are erased. */
export interface PatientsTable {
  patient_id: string;
  organisation: string;
  name: string | null;
  birth_date: string | null;
  language: string | null;
  record_number: string | null;
  /** JSON of all details; null when they cannot be read. */
  details: string | null;
  unreadable: number;
  erased_at: string | null;
  test: number;
  /** JSON list of labels. */
  labels: string;
  /** 1: opened with a reason, by whoever is not in the care team. */
  restricted: number;
  /** 1 once the death is known; the date may be missing even then. */
  died: number;
  died_on: string | null;
  /** The record that leads, when this one is its duplicate. */
  merged_into: string | null;
  /** The record under which lists show this person: itself, or the one that leads after all merges. */
  lead_id: string;
  registered_at: string;
  revision: number;
}

/** Which records were said to be one person, and not parted since. */
export interface MergesTable {
  duplicate: string;
  lead: string;
  /** Of the event that said so last. */
  position: string;
}

export async function patientsTable(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('patients')
    .addColumn('patient_id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('birth_date', 'text')
    .addColumn('language', 'text')
    .addColumn('record_number', 'text')
    .addColumn('details', 'text')
    .addColumn('unreadable', 'integer', (c) => c.notNull())
    .addColumn('erased_at', 'text')
    .addColumn('test', 'integer', (c) => c.notNull())
    .addColumn('labels', 'text', (c) => c.notNull())
    .addColumn('restricted', 'integer', (c) => c.notNull())
    .addColumn('died', 'integer', (c) => c.notNull())
    .addColumn('died_on', 'text')
    .addColumn('merged_into', 'text')
    .addColumn('lead_id', 'text', (c) => c.notNull())
    .addColumn('registered_at', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('patients_by_number').on('patients').columns(['organisation', 'record_number']).execute();
  await schema.createIndex('patients_restricted').on('patients').columns(['organisation', 'restricted']).execute();
  await schema.createIndex('patients_by_lead').on('patients').columns(['lead_id']).execute();
  await schema
    .createTable('merges')
    .addColumn('duplicate', 'text', (c) => c.notNull())
    .addColumn('lead', 'text', (c) => c.notNull())
    .addColumn('position', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('merges_pk', ['duplicate', 'lead'])
    .execute();
  await schema.createIndex('merges_by_lead').on('merges').columns(['lead']).execute();
}
