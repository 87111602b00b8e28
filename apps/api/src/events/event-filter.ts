import { z } from 'zod';
import type { StoredEvent } from '#event-store';
import { cloudTypeOfEvent } from './cloud-event.js';
import { PUBLISHED_TYPES } from './published-types.js';

const KNOWN = new Set(PUBLISHED_TYPES.flatMap(({ definition, cloudTypes }) => [definition.type, ...cloudTypes]));

const namesIn = (types: string): string[] =>
  types
    .split(',')
    .map((type) => type.trim())
    .filter(Boolean);

/** A name that is mistyped would be waited for in vain, for ever. */
export const EventTypes = z
  .string()
  .max(2_000)
  .superRefine((types, context) => {
    for (const [i, name] of namesIn(types).entries())
      if (!KNOWN.has(name)) context.addIssue({ code: 'custom', message: `name ${i + 1} is no type of event` });
  });

export type EventFilter = (event: StoredEvent) => boolean;

/** Events of one organisation, of the types asked for: `AssessmentRecorded`, or the whole CloudEvents type. */
export function eventFilter(organisation: string, types: string | undefined): EventFilter {
  const wanted = new Set(namesIn(types ?? ''));
  return (event) =>
    event.organisation === organisation &&
    (wanted.size === 0 || wanted.has(event.type) || wanted.has(cloudTypeOfEvent(event)));
}
