import type { StoredEvent } from '#event-store';
import { cloudTypeOf } from './cloud-event.js';

/** The categories that are published; technical streams are not. */
export const PUBLISHED = ['episode-', 'patient-', 'organisation-'] as const;

export type EventFilter = (event: StoredEvent) => boolean;

/** Events of one organisation, of the types asked for: `AssessmentRecorded`, or the whole CloudEvents type. */
export function eventFilter(organisation: string, types: string | undefined): EventFilter {
  const wanted = new Set(
    (types ?? '')
      .split(',')
      .map((type) => type.trim())
      .filter(Boolean),
  );
  return (event) =>
    event.organisation === organisation &&
    (wanted.size === 0 || wanted.has(event.type) || wanted.has(cloudTypeOf(event)));
}
