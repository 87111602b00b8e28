import { z } from 'zod';
import type { Identity } from '#access';
import { ageOn, PatientDetails, UNREADABLE, type PatientState } from '#care';
import type { SeenPerson } from './own-people.js';

/** A request to erase that waits for a second person. */
export const ErasureRequest = z
  .object({
    revision: z.int().meta({ description: 'Names the request when it is approved or withdrawn.' }),
    reasonCode: z.string(),
    requestedBy: z.string(),
  })
  .meta({ id: 'ErasureRequest' });

/** A patient as their own stream has them. */
export const PatientView = z
  .object({
    patientId: z.uuid(),
    revision: z.int(),
    details: PatientDetails.nullable().meta({ description: 'null when the key was destroyed.' }),
    unreadable: z.boolean(),
    test: z.boolean(),
    labels: z.array(z.string()),
    death: z.object({ revision: z.int(), diedOn: z.string().nullable() }).nullable(),
    duplicates: z.array(z.string()),
    erasureRequest: ErasureRequest.nullable(),
    erased: z.boolean(),
  })
  .meta({ id: 'Patient' });
export type PatientView = z.infer<typeof PatientView>;

/** What a machine is told of its act upon a restricted record, which it may not read. */
export const PatientReceipt = z.object({ patientId: z.uuid(), revision: z.int() }).meta({ id: 'PatientReceipt' });
type PatientReceipt = z.infer<typeof PatientReceipt>;

/** A patient who was just registered. */
export const RegisteredPatient = PatientView.extend({
  sameRecordNumber: z.array(z.uuid()).nullable().meta({
    description:
      'Other records with this record number: the same person, perhaps. null: not known just now, or not yours to know.',
  }),
}).meta({ id: 'RegisteredPatient' });

export const PatientWithEpisodes = PatientView.extend({
  mergedInto: z.uuid().nullable().meta({ description: 'The record that leads, when this one is its duplicate.' }),
  episodes: z.array(
    z
      .object({
        episodeId: z.uuid(),
        recordId: z.uuid().meta({ description: 'The record under which it was opened.' }),
        ordinal: z.int(),
        phase: z.string(),
        ageAtReferral: z.int().nullable().meta({ description: 'By the birth date as it is known.' }),
        site: z.string(),
        careManager: z.string().nullable(),
        provider: z.string().nullable(),
        referredBy: z.string(),
      })
      .loose(),
  ),
}).meta({ id: 'PatientWithEpisodes' });
export type PatientWithEpisodes = z.infer<typeof PatientWithEpisodes>;

export function patientView(
  patientId: string,
  revision: number,
  { details, labels, death, duplicates, erasureRequest, erased }: PatientState,
): PatientView {
  const unreadable = details === UNREADABLE;
  return {
    patientId,
    revision,
    details: unreadable ? null : details,
    unreadable,
    test: labels.has('test'),
    labels: [...labels].toSorted(),
    death: death && { revision: death.revision, diedOn: death.diedOn ?? null },
    duplicates: [...duplicates],
    erasureRequest: shownRequest(erasureRequest),
    erased,
  };
}

/** The patient as an act of this caller is answered; `restricted`, as the record stands now. */
export const patientAsShownTo = (
  { role }: Pick<Identity, 'role'>,
  restricted: boolean,
  ...[patientId, revision, state]: Parameters<typeof patientView>
): PatientView | PatientReceipt =>
  role === 'integration' && restricted ? { patientId, revision } : patientView(patientId, revision, state);

export const shownRequest = (request: PatientState['erasureRequest']): z.infer<typeof ErasureRequest> | null =>
  request && { revision: request.revision, reasonCode: request.reasonCode, requestedBy: request.by };

/** Under either of two merged records the episodes of the one person; ages are those of the day, by the birth date as it is known. */
export function patientWithEpisodes(
  patientId: string,
  { loaded, episodes, mergedInto }: SeenPerson,
): PatientWithEpisodes {
  const view = patientView(patientId, loaded.revision, loaded.state);
  const birthDate = view.details?.birthDate;
  return {
    ...view,
    mergedInto,
    episodes: episodes.map((episode) => ({
      ...episode,
      ageAtReferral: birthDate === undefined ? null : ageOn(birthDate, episode.referredOn),
    })),
  };
}
