import { z } from 'zod';
import { eventType, type EventOf, type RecordedOf } from '../event-type.js';
import { Language, LocalDate, Note, Revision, Uuid } from '../words.js';

/** Who the patient is; everything personal is sealed with the patient’s own key. */
export const PatientDetails = z.strictObject({
  name: z.string().trim().min(1).max(200),
  birthDate: LocalDate.optional(),
  phone: z.string().max(40).optional(),
  email: z.string().max(200).optional(),
  language: Language.optional(),
  interpreter: z.boolean().optional(),
  recordNumber: z.string().max(64).optional(),
  zone: z.string().optional(),
  note: Note,
});
export type PatientDetails = z.infer<typeof PatientDetails>;
const noted = z.strictObject({ note: Note });

export const PatientRegistered = eventType({
  type: 'PatientRegistered',
  meaning: 'The patient became known to the organisation.',
  facts: z.strictObject({ test: z.boolean().optional() }),
  sealed: PatientDetails,
});
/** What everybody who opens the record must know first: no real patient, or one whose record is looked at only with a reason. */
export const PatientLabel = z.enum(['test', 'vip', 'staff']);
export type PatientLabel = z.infer<typeof PatientLabel>;

export const PatientLabelled = eventType({
  type: 'PatientLabelled',
  meaning: 'The record bears these labels from now on, and no other.',
  facts: z.strictObject({ labels: z.array(PatientLabel) }),
  sealed: noted,
});
export const PatientDetailsCorrected = eventType({
  type: 'PatientDetailsCorrected',
  meaning: 'Details of the patient were corrected.',
  facts: z.strictObject({ reasonCode: z.enum(['changed', 'entered-in-error']) }),
  sealed: PatientDetails.partial(),
});
export const PatientsMerged = eventType({
  type: 'PatientsMerged',
  meaning: 'This record and another describe one person; this one leads.',
  facts: z.strictObject({ duplicate: Uuid }),
  sealed: noted,
});
export const PatientsUnmerged = eventType({
  type: 'PatientsUnmerged',
  meaning: 'Two records that were merged describe two persons.',
  facts: z.strictObject({ duplicate: Uuid }),
  sealed: noted,
});
export const PatientDied = eventType({
  type: 'PatientDied',
  meaning: 'The patient died.',
  facts: z.strictObject({
    diedOn: LocalDate.optional(),
    source: z.enum(['family', 'provider', 'facility', 'registry', 'other']),
  }),
  sealed: noted,
});
export const PatientDeathRetracted = eventType({
  type: 'PatientDeathRetracted',
  meaning: 'The report of death was wrong.',
  facts: z.strictObject({ retracts: Revision }),
  sealed: noted,
});
/** Why data are erased. A code, so that the reason outlives what it erased. */
export const ErasureReason = z.enum(['end-of-retention', 'wrong-patient', 'court-order', 'patient-right']);
export type ErasureReason = z.infer<typeof ErasureReason>;

export const ErasureRequested = eventType({
  type: 'ErasureRequested',
  meaning: 'Somebody asked that the patient’s data be erased; another person has to approve.',
  facts: z.strictObject({ reasonCode: ErasureReason }),
});
export const ErasureRequestWithdrawn = eventType({
  type: 'ErasureRequestWithdrawn',
  meaning: 'The request to erase the patient’s data stands no longer.',
  facts: z.strictObject({ request: Revision }),
});
export const PatientDataErased = eventType({
  type: 'PatientDataErased',
  meaning: 'The patient’s key was destroyed; what it sealed cannot be read any more.',
  facts: z.strictObject({
    keyId: z.string(),
    reasonCode: ErasureReason,
    approvedBy: z.string(),
  }),
});

export const PATIENT_EVENT_TYPES = [
  PatientRegistered,
  PatientDetailsCorrected,
  PatientLabelled,
  PatientsMerged,
  PatientsUnmerged,
  PatientDied,
  PatientDeathRetracted,
  ErasureRequested,
  ErasureRequestWithdrawn,
  PatientDataErased,
] as const;
export type PatientEvent = EventOf<(typeof PATIENT_EVENT_TYPES)[number]>;
export type RecordedPatientEvent = RecordedOf<(typeof PATIENT_EVENT_TYPES)[number]>;
