import { EPISODE_EVENT_TYPES } from './episode/events.js';
import { ORGANISATION_EVENT_TYPES } from './organisation/events.js';
import { PATIENT_EVENT_TYPES } from './patient/events.js';

/** Every event type this build knows. */
export const EVENT_TYPES = [...EPISODE_EVENT_TYPES, ...PATIENT_EVENT_TYPES, ...ORGANISATION_EVENT_TYPES] as const;
