import { PATIENT_COMMANDS } from '#care';
import { checked } from './draft.js';
import { said, type Fields } from './fields.js';
import type { PlannedPatient } from './planned.js';

/** A row of patients. Dates of birth are not moved by `--as-of`. @throws BadField */
export const patientOf = (fields: Fields): PlannedPatient['details'] =>
  checked(
    PATIENT_COMMANDS.RegisterPatient,
    said({
      name: fields.required('name'),
      birthDate: fields.date('birth_date'),
      phone: fields.text('phone'),
      email: fields.text('email'),
      language: fields.text('language')?.toLowerCase(),
      interpreter: fields.flag('interpreter'),
      recordNumber: fields.text('record_number') ?? fields.required('patient_id'),
      test: fields.flag('test'),
      note: fields.text('note'),
    }),
  );
