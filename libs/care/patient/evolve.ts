import { UNREADABLE, type Unreadable } from '../event-type.js';
import type { PatientDetails, RecordedPatientEvent } from './events.js';
import type { PatientState } from './state.js';

type Corrections = Extract<RecordedPatientEvent, { type: 'PatientDetailsCorrected' }>['sealed'];

/** Details of which one correction cannot be read could be wrong in any field, so none of them counts as read. */
function corrected(details: PatientState['details'], corrections: Corrections): PatientState['details'] {
  if (details === null) return null;
  if (details === UNREADABLE || corrections === UNREADABLE) return UNREADABLE;
  const given = Object.entries(corrections).filter(([, value]) => value !== undefined);
  return { ...details, ...(Object.fromEntries(given) as Partial<PatientDetails>) };
}

function died(state: PatientState, revision: number, diedOn: string | undefined): PatientState {
  const known = state.death?.diedOn;
  const date = diedOn ?? known;
  return {
    ...state,
    death: { revision: state.death?.revision ?? revision, ...(date === undefined ? {} : { diedOn: date }) },
  };
}

function without(duplicates: ReadonlySet<string>, duplicate: string): ReadonlySet<string> {
  return new Set([...duplicates].filter((one) => one !== duplicate));
}

/** Folds one event; never throws. What refers to something unknown changes nothing. */
export function evolvePatient(state: PatientState, event: RecordedPatientEvent): PatientState {
  switch (event.type) {
    case 'PatientRegistered':
      return {
        ...state,
        details: event.sealed as PatientDetails | Unreadable,
        labels: new Set(event.facts.test ? ['test'] : []),
      };
    case 'PatientDetailsCorrected':
      return { ...state, details: corrected(state.details, event.sealed) };
    case 'PatientLabelled':
      return { ...state, labels: new Set(event.facts.labels) };
    case 'PatientsMerged':
      return { ...state, duplicates: new Set(state.duplicates).add(event.facts.duplicate) };
    case 'PatientsUnmerged':
      return { ...state, duplicates: without(state.duplicates, event.facts.duplicate) };
    case 'PatientDied':
      return died(state, event.revision, event.facts.diedOn);
    case 'PatientDeathRetracted':
      return state.death?.revision === event.facts.retracts ? { ...state, death: null } : state;
    case 'ErasureRequested':
      return {
        ...state,
        erasureRequest: { revision: event.revision, reasonCode: event.facts.reasonCode, by: event.actor },
      };
    case 'ErasureRequestWithdrawn':
      return state.erasureRequest?.revision === event.facts.request ? { ...state, erasureRequest: null } : state;
    case 'PatientDataErased':
      return { ...state, details: UNREADABLE, erasureRequest: null, erased: true };
    default:
      // Types of a later version.
      return state;
  }
}
