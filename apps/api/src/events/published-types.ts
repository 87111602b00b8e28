import { EPISODE_EVENT_TYPES, ORGANISATION_EVENT_TYPES, PATIENT_EVENT_TYPES } from '#care';
import type { EventDefinition } from '#event-store';

export type PublishedType = EventDefinition & { readonly meaning: string };

/** What is published, by the category of its stream; technical streams are not. */
const BY_CATEGORY: Readonly<Record<string, readonly PublishedType[]>> = {
  episode: EPISODE_EVENT_TYPES,
  patient: PATIENT_EVENT_TYPES,
  organisation: ORGANISATION_EVENT_TYPES,
};
export const PUBLISHED = Object.keys(BY_CATEGORY).map((category) => `${category}-`);

export const cloudTypeOf = (category: string, type: string, version: number): string =>
  `followthrough.${category}.${type}.v${version}`;

/** Every type with its CloudEvents type in each version that a log may hold, the current one last. */
export const PUBLISHED_TYPES = Object.entries(BY_CATEGORY).flatMap(([category, definitions]) =>
  definitions.map((definition) => ({
    definition,
    cloudTypes: Array.from({ length: definition.version }, (_, i) => cloudTypeOf(category, definition.type, i + 1)),
  })),
);
