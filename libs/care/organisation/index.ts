export { ORGANISATION_COMMANDS, type OrganisationCommand, type OrganisationCommandType } from './commands.js';
export { organisationDecider, type OrganisationContext } from './decide.js';
export { holderOf, standsIn, whoIs, type Concerning } from './staffing.js';
export { whoseWorkFallsTo } from './whose-work.js';
export {
  calendarOf,
  CARING,
  currentPathway,
  type AdoptedPathway,
  type Coverage,
  type OrganisationState,
  type Since,
  type Site,
  type StaffMember,
} from './state.js';
