import type { Unreadable } from '../event-type.js';
import type { PatientDetails } from './events.js';

export interface PatientState {
  /** Null until registered; unreadable when the patient's key is gone. */
  readonly details: Readonly<PatientDetails> | Unreadable | null;
  readonly test: boolean;
  /** Records of the same person that this one leads. */
  readonly duplicates: ReadonlySet<string>;
  /** The report of death that stands: `revision` is that of the first report, which ended the episodes. */
  readonly death: { readonly revision: number; readonly diedOn?: string } | null;
  readonly erased: boolean;
}

export const initialPatient: PatientState = {
  details: null,
  test: false,
  duplicates: new Set(),
  death: null,
  erased: false,
};
