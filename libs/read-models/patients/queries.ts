import type { PatientDetails } from '#care';
import { episodesOf, type EpisodeView } from '../episodes/queries.js';
import type { Database } from '../projection.js';
import { list } from '../rows.js';

export interface PatientView {
  readonly patientId: string;
  /** Null when they cannot be read any more. */
  readonly details: PatientDetails | null;
  readonly unreadable: boolean;
  readonly erasedAt: string | null;
  readonly isTest: boolean;
  readonly labels: readonly string[];
  readonly died: { readonly on: string | null } | null;
  /** The record that leads when this one is a duplicate. */
  readonly mergedInto: string | null;
  readonly registeredAt: string;
  readonly revision: number;
  readonly episodes: readonly EpisodeView[];
}

/** The patient with all episodes; null when the organisation does not know them. */
export async function patient(
  db: Database,
  { organisation, patientId }: { organisation: string; patientId: string },
): Promise<PatientView | null> {
  const row = await db
    .selectFrom('patients')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('patient_id', '=', patientId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    patientId,
    details: row.details === null ? null : (JSON.parse(row.details) as PatientDetails),
    unreadable: row.unreadable === 1,
    erasedAt: row.erased_at,
    isTest: row.test === 1,
    labels: list(row.labels),
    died: row.died === 1 ? { on: row.died_on } : null,
    mergedInto: row.merged_into,
    registeredAt: row.registered_at,
    revision: row.revision,
    // Under either record the episodes of the one person.
    episodes: await episodesOf(db, { organisation, patientId: row.lead_id }),
  };
}

export interface NumberBearer {
  readonly patientId: string;
  /** The record that leads when this one is a duplicate. */
  readonly mergedInto: string | null;
}

/** Every record that bears the number now, the oldest first. */
export async function patientsByRecordNumber(
  db: Database,
  { organisation, recordNumber }: { organisation: string; recordNumber: string },
): Promise<readonly NumberBearer[]> {
  const rows = await db
    .selectFrom('patients')
    .select(['patient_id', 'merged_into'])
    .where('organisation', '=', organisation)
    .where('record_number', '=', recordNumber)
    .orderBy('registered_at')
    .orderBy('patient_id')
    .execute();
  return rows.map((row) => ({ patientId: row.patient_id, mergedInto: row.merged_into }));
}

/**
 * The restricted patients whose care team somebody is not in: a person's record is open to the care manager and the provider of any of
 * their episodes. Under each of their records, since one label restricts the person.
 */
export async function closedTo(
  db: Database,
  { organisation, subject }: { organisation: string; subject: string },
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('patients')
    .select('patient_id')
    .where('lead_id', 'in', (eb) =>
      eb
        .selectFrom('patients as restricted')
        .select('restricted.lead_id')
        .where('restricted.organisation', '=', organisation)
        .where('restricted.restricted', '=', 1),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('episodes')
            .select('episodes.episode_id')
            .whereRef('episodes.patient_id', '=', 'patients.lead_id')
            .where((of) => of.or([of('care_manager', '=', subject), of('provider', '=', subject)])),
        ),
      ),
    )
    .execute();
  return new Set(rows.map((row) => row.patient_id));
}
