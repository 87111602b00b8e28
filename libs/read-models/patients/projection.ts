import { UNREADABLE, type PatientDetails, type RecordedPatientEvent } from '#care';
import type { Insertable, Updateable } from 'kysely';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import { flag } from '../rows.js';
import { patientsTable, type PatientsTable } from './schema.js';

export const patientsProjection: Projection = {
  name: 'patients',
  version: 1,
  categories: ['patient'],
  onPoison: 'park',
  tables: patientsTable,
  async apply(slice, { tx }) {
    for (const event of slice.events) await applyOne(event, slice, tx);
  },
};

async function applyOne(event: ReadEvent, slice: Slice, tx: Tx): Promise<void> {
  const known = event as unknown as RecordedPatientEvent;
  switch (known.type) {
    case 'PatientRegistered':
      return register(known, slice, tx);
    case 'PatientDetailsCorrected':
      return correct(known, slice.id, tx);
    case 'PatientsMerged':
      return update(tx, known.facts.duplicate, { merged_into: slice.id });
    case 'PatientsUnmerged':
      return update(tx, known.facts.duplicate, { merged_into: null });
    case 'PatientDied':
      return update(tx, slice.id, { died: 1, died_on: known.facts.diedOn ?? null, revision: known.revision });
    case 'PatientDeathRetracted':
      return update(tx, slice.id, { died: 0, died_on: null, revision: known.revision });
    case 'PatientDataErased':
      return update(tx, slice.id, {
        ...personal(null),
        unreadable: 1,
        erased_at: known.recordedAt,
        revision: known.revision,
      });
    default:
  }
}

type Event<T extends RecordedPatientEvent['type']> = Extract<RecordedPatientEvent, { type: T }>;

async function register(event: Event<'PatientRegistered'>, slice: Slice, tx: Tx): Promise<void> {
  const row: Insertable<PatientsTable> = {
    patient_id: slice.id,
    organisation: slice.organisation,
    ...personal(event.sealed === UNREADABLE ? null : event.sealed),
    unreadable: flag(event.sealed === UNREADABLE),
    erased_at: null,
    test: flag(event.facts.test === true),
    died: 0,
    died_on: null,
    merged_into: null,
    registered_at: event.recordedAt,
    revision: event.revision,
  };
  await tx.insertInto('patients').values(row).execute();
}

async function correct(event: Event<'PatientDetailsCorrected'>, patientId: string, tx: Tx): Promise<void> {
  if (event.sealed === UNREADABLE) return update(tx, patientId, { unreadable: 1, revision: event.revision });
  const before = await tx
    .selectFrom('patients')
    .select('details')
    .where('patient_id', '=', patientId)
    .executeTakeFirst();
  const details = { ...(JSON.parse(before?.details ?? '{}') as object), ...event.sealed };
  await update(tx, patientId, { ...personal(details as PatientDetails), revision: event.revision });
}

const personal = (details: PatientDetails | null) => ({
  name: details?.name ?? null,
  birth_date: details?.birthDate ?? null,
  language: details?.language ?? null,
  details: details && JSON.stringify(details),
});

async function update(tx: Tx, patientId: string, set: Updateable<PatientsTable>): Promise<void> {
  await tx.updateTable('patients').set(set).where('patient_id', '=', patientId).execute();
}
