import { z } from 'zod';
import { PatientDetails, UNREADABLE, type PatientState } from '#care';

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
    erased: z.boolean(),
  })
  .meta({ id: 'Patient' });
export type PatientView = z.infer<typeof PatientView>;

export const PatientWithEpisodes = PatientView.extend({
  episodes: z.array(
    z
      .object({
        episodeId: z.uuid(),
        ordinal: z.int(),
        phase: z.string(),
        site: z.string(),
        careManager: z.string().nullable(),
        provider: z.string().nullable(),
      })
      .loose(),
  ),
}).meta({ id: 'PatientWithEpisodes' });
export type PatientWithEpisodes = z.infer<typeof PatientWithEpisodes>;

export function patientView(
  patientId: string,
  revision: number,
  { details, labels, death, duplicates, erased }: PatientState,
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
    erased,
  };
}
