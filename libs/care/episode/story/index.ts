export { isAfter, readable, type Act, type CareAct } from './acts.js';
export type { Appointment } from './appointments.js';
export { expectedEndOf, type Hold } from './holds.js';
export type { Phase } from './phase.js';
export type { Recommendation } from './recommendations.js';
export { saidBy, type Scale } from './scales.js';
export { daysSinceEnrolment, voidsOf, type Story } from './story.js';
export { tell, withAct } from './tell.js';
