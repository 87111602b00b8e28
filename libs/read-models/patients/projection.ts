import { isRestricted, UNREADABLE, type PatientDetails, type PatientLabel, type RecordedPatientEvent } from '#care';
import type { Updateable } from 'kysely';
import type { Projection, ReadEvent, Slice, Tx } from '../projection.js';
import { flag } from '../rows.js';
import { insertAll, type Row } from '../writing.js';
import { merge, unmerge } from './merges.js';
import { patientsTable, type PatientsTable } from './schema.js';

export const patientsProjection: Projection = {
  name: 'patients',
  version: 5,
  categories: ['patient'],
  onPoison: 'park',
  tables: patientsTable,
  async apply(slices, batch) {
    await insertAll(batch, 'patients', slices.flatMap(registered));
    for (const slice of slices) for (const event of slice.events) await applyOne(event, slice, batch.tx);
  },
};

async function applyOne(event: ReadEvent, slice: Slice, tx: Tx): Promise<void> {
  const known = event as unknown as RecordedPatientEvent;
  switch (known.type) {
    case 'PatientDetailsCorrected':
      return correct(known, slice.id, tx);
    case 'PatientLabelled':
      return update(tx, slice.id, { ...labelled(known.facts.labels), revision: known.revision });
    case 'PatientsMerged':
      await update(tx, slice.id, { revision: known.revision });
      return merge(tx, { duplicate: known.facts.duplicate, lead: slice.id, position: event.position });
    case 'PatientsUnmerged':
      await update(tx, slice.id, { revision: known.revision });
      return unmerge(tx, { duplicate: known.facts.duplicate, lead: slice.id });
    case 'PatientDied':
      return update(tx, slice.id, { died: 1, died_on: known.facts.diedOn ?? null, revision: known.revision });
    case 'PatientDeathRetracted':
      return update(tx, slice.id, { died: 0, died_on: null, revision: known.revision });
    case 'ErasureRequested':
    case 'ErasureRequestWithdrawn':
      return update(tx, slice.id, { revision: known.revision });
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

/** The row with which a record begins, when this slice has its first event. */
const registered = ({ id, organisation, events }: Slice): Row<'patients'>[] =>
  (events as readonly unknown[] as readonly RecordedPatientEvent[]).flatMap((event) => {
    if (event.type !== 'PatientRegistered') return [];
    return [
      {
        patient_id: id,
        organisation,
        ...personal(event.sealed === UNREADABLE ? null : event.sealed),
        unreadable: flag(event.sealed === UNREADABLE),
        erased_at: null,
        ...labelled(event.facts.test ? ['test'] : []),
        died: 0,
        died_on: null,
        merged_into: null,
        lead_id: id,
        registered_at: event.recordedAt,
        revision: event.revision,
      },
    ];
  });

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

const labelled = (labels: readonly PatientLabel[]) => ({
  test: flag(labels.includes('test')),
  labels: JSON.stringify(labels),
  restricted: flag(isRestricted({ labels: new Set(labels) })),
});

const personal = (details: PatientDetails | null) => ({
  name: details?.name ?? null,
  birth_date: details?.birthDate ?? null,
  language: details?.language ?? null,
  // An empty one numbers nobody.
  record_number: details?.recordNumber || null,
  details: details && JSON.stringify(details),
});

async function update(tx: Tx, patientId: string, set: Updateable<PatientsTable>): Promise<void> {
  await tx.updateTable('patients').set(set).where('patient_id', '=', patientId).execute();
}
