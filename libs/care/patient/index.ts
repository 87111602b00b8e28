export { PATIENT_COMMANDS, type PatientCommand, type PatientCommandType } from './commands.js';
export { patientDecider, type PatientContext } from './decide.js';
export { isRestricted, type PatientState } from './state.js';
export { ageOn } from './age.js';
