export { PATIENT_COMMANDS, type PatientCommand, type PatientCommandType } from './commands.js';
export { patientDecider, type PatientContext } from './decide.js';
export type { PatientState } from './state.js';
