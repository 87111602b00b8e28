import type { Actor, Unreadable } from '../event-type.js';
import type { ErasureReason, PatientDetails, PatientLabel } from './events.js';

export interface PatientState {
  /** Null until registered; unreadable when the patient's key is gone. */
  readonly details: Readonly<PatientDetails> | Unreadable | null;
  readonly labels: ReadonlySet<PatientLabel>;
  /** Records of the same person that this one leads. */
  readonly duplicates: ReadonlySet<string>;
  /** The report of death that stands: `revision` is that of the first report, which ended the episodes. */
  readonly death: { readonly revision: number; readonly diedOn?: string } | null;
  /** The request to erase that waits for a second person. */
  readonly erasureRequest: { readonly revision: number; readonly reasonCode: ErasureReason; readonly by: Actor } | null;
  readonly erased: boolean;
}

/** Colleagues and people in the public eye: their record is opened with a reason (research §9, 35). */
export const isRestricted = ({ labels }: Pick<PatientState, 'labels'>): boolean =>
  labels.has('vip') || labels.has('staff');

export const initialPatient: PatientState = {
  details: null,
  labels: new Set(),
  duplicates: new Set(),
  death: null,
  erasureRequest: null,
  erased: false,
};
