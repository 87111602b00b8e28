export type { ActResult, BatchOutcome } from './answers.js';
export {
  fixedClock,
  scaledClock,
  systemClock,
  type FixedClock,
  type ScaledClock,
  type ScaledClockOptions,
} from './clock.js';
export type { Definition, Fact, Situation } from './definition.js';
export {
  Episodes,
  episodeIdOf,
  episodeStream,
  type EpisodesParts,
  type Imported,
  type Referral,
  type Referred,
} from './episodes.js';
export { readFollowUps } from './follow-up-ledger.js';
export { createDoor, type Door, type DoorParts } from './handle.js';
export { asImported, importedId } from './imported.js';
export { Organisations, organisationStream } from './organisations.js';
export { Patients, patientStream, type PatientKeys } from './patients.js';
export { asIfAdopted, contentHash } from './pins.js';
export { PolicyBook, type PolicyAnswer } from './policy-book.js';
export * from './port.js';
export { previewPathway, type PathwayPreview, type PreviewParts } from './preview.js';
export type { RaisedStep } from './raise-due.js';
export { RETRIES, type Retries } from './retries.js';
export { seedClinic, SEED_ORGANISATION, SEED_SITE, type SeedOptions } from './seed.js';
export type { Raised, Settled, Waker } from './settle.js';
export type { LoadOptions } from './stream-door.js';
