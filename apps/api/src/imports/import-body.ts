import { z } from 'zod';
import { EPISODE_COMMANDS, Instant, Note, PATIENT_COMMANDS, SiteId, StaffId, Urgency, Uuid } from '#care';
import { ACTS } from '../episodes/acts.js';

/** Names one row of the file it came from: the same key and content is imported once, for ever. */
const Key = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'visible ASCII characters');

/** Acts are checked one by one, so that one bad row does not keep the others out. */
const ImportedAct = z.strictObject({
  key: Key,
  command: z.looseObject({ type: z.string() }).meta({
    description:
      'The command and its fields, as in the body of the act’s own endpoint with the fields of its path. An appointment or a recommendation is meant by its number, or by `{ "madeBy": key }`, the key of the act that booked or issued it.',
  }),
  occurredAt: Instant,
});

const ImportedEpisode = z.strictObject({
  patient: z
    .union([
      z.strictObject({ patientId: Uuid }),
      z.strictObject({ key: Key, details: PATIENT_COMMANDS.RegisterPatient }),
    ])
    .meta({ description: 'A registered patient, or the details of one to register under a key.' }),
  referral: z.strictObject({
    key: Key,
    occurredAt: Instant,
    site: SiteId,
    referredBy: StaffId,
    urgency: Urgency.default('routine'),
    reason: Note,
    note: Note,
    careManager: StaffId.optional(),
    provider: StaffId.optional(),
  }),
  acts: z.array(ImportedAct).max(5_000).meta({ description: 'In clinical order.' }),
});
export type ImportedEpisode = z.infer<typeof ImportedEpisode>;
export type ImportedAct = z.infer<typeof ImportedAct>;

export const ImportBody = z
  .strictObject({ episodes: z.array(ImportedEpisode).min(1).max(1_000) })
  .meta({ id: 'Import' });

const RowResult = z.object({
  key: z.string(),
  result: z.enum(['appended', 'repeated', 'unchanged', 'changed', 'refused']).meta({
    description:
      '`repeated`: imported before; `changed`: imported before with other content, which was kept as it was.',
  }),
  revision: z.int().nullable(),
  problem: z
    .object({
      type: z.string(),
      detail: z.string(),
      errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    })
    .nullable(),
});
export type RowResult = z.infer<typeof RowResult>;

export const ImportResult = z
  .object({
    appended: z.int(),
    repeated: z.int(),
    unchanged: z.int(),
    changed: z.int(),
    refused: z.int(),
    episodes: z.array(
      z.object({
        episodeId: z.string().nullable(),
        patientId: z.string(),
        patient: RowResult.nullable(),
        results: z.array(RowResult),
        ended: z.boolean().meta({
          description: 'Whether the episode has ended: then no imported answer opens a safety review in it.',
        }),
      }),
    ),
  })
  .meta({ id: 'ImportResult' });
export type ImportResult = z.infer<typeof ImportResult>;

const IMPORTABLE: ReadonlySet<string> = new Set(ACTS.map(({ command }) => command));

/** The schema of an act that may be imported: every act that people may do, none of the system’s own. */
export function importable(type: string): z.ZodType | null {
  return IMPORTABLE.has(type) ? EPISODE_COMMANDS[type as keyof typeof EPISODE_COMMANDS] : null;
}
