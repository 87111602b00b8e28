import { z } from 'zod';
import { LocalDate, Note, Revision, Uuid } from '../words.js';
import { ErasureReason, PatientDetails, PatientLabel } from './events.js';

/** What people and systems may ask of a patient's record. Each schema is the body of a request; a command is `{ type, ...body }`. */
export const PATIENT_COMMANDS = {
  /** `test` marks a record that is no real patient; it stays out of every measure. */
  RegisterPatient: PatientDetails.extend({ test: z.boolean().optional() }),
  /** Only what is given is replaced. */
  CorrectPatientDetails: PatientDetails.partial().extend({
    reasonCode: z.enum(['changed', 'entered-in-error']),
  }),
  /** All labels from now on. `test` stays out of every measure; `vip` and `staff` ask for a reason of whoever is not in the care team. */
  LabelPatient: z.strictObject({ labels: z.array(PatientLabel).max(3), note: Note }),
  RecordDeath: z.strictObject({
    diedOn: LocalDate.optional(),
    source: z.enum(['family', 'provider', 'facility', 'registry', 'other']),
    note: Note,
  }),
  RetractDeath: z.strictObject({ note: Note }),
  /** `duplicate` describes the same person; the record that is asked leads from now on. */
  MergePatients: z.strictObject({ duplicate: Uuid, note: Note }),
  UnmergePatients: z.strictObject({ duplicate: Uuid, note: Note }),
  /** Nothing is erased before another person approves. */
  RequestErasure: z.strictObject({ reasonCode: ErasureReason }),
  /** `request` is the revision of the request. */
  WithdrawErasureRequest: z.strictObject({ request: Revision }),
  /** Final: the key is destroyed, and what it sealed cannot be read any more. */
  ApproveErasure: z.strictObject({ request: Revision, keyId: z.string().min(1) }),
} as const;

export type PatientCommandType = keyof typeof PATIENT_COMMANDS;
export type PatientCommandOf<T extends PatientCommandType> = T extends T
  ? { readonly type: T } & Readonly<z.infer<(typeof PATIENT_COMMANDS)[T]>>
  : never;
export type PatientCommand = PatientCommandOf<PatientCommandType>;
