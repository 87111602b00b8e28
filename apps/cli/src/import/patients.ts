import { PATIENT_COMMANDS } from '#care';
import { checked } from './draft.js';
import { BadField, said, type Fields } from './fields.js';
import type { PlannedPatient } from './planned.js';

/** An act is of this century; a birth in 61 may be of either. @throws BadField */
function birthDateOf(fields: Fields): string | undefined {
  if (/\/\d{2}$/.test(fields.text('birth_date') ?? ''))
    throw new BadField('birth_date: two digits of a year do not say the century');
  return fields.date('birth_date');
}

/** A row of patients. Dates of birth are not moved by `--as-of`. @throws BadField */
export const patientOf = (fields: Fields): PlannedPatient['details'] =>
  checked(
    PATIENT_COMMANDS.RegisterPatient,
    said({
      name: fields.required('name'),
      birthDate: birthDateOf(fields),
      phone: fields.text('phone'),
      email: fields.text('email'),
      language: fields.text('language')?.toLowerCase(),
      interpreter: fields.flag('interpreter'),
      recordNumber: fields.text('record_number') ?? fields.required('patient_id'),
      test: fields.flag('test'),
      note: fields.text('note'),
    }),
  );
