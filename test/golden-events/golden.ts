import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EPISODE_EVENT_TYPES, ORGANISATION_EVENT_TYPES, PATIENT_EVENT_TYPES } from '#care';
import { jsonSchemas, type Body, type EventDefinition, type EventSchemas } from '#event-store';

/** A released version of an event: its schemas and bodies that fit them. Never changed again; a log somewhere holds such events. */
export interface Golden {
  readonly type: string;
  readonly schemas: EventSchemas;
  readonly examples: readonly Body[];
}

export const EVENT_TYPES: readonly EventDefinition[] = [
  ...EPISODE_EVENT_TYPES,
  ...PATIENT_EVENT_TYPES,
  ...ORGANISATION_EVENT_TYPES,
];

const RELEASED = join('test', 'golden-events', 'released');
export const fileOf = (type: string, version: number): string => join(RELEASED, `${type}.v${version}.json`);

/** The schemas without their descriptions: other words for the same thing are no other version. */
export const schemasOf = (definition: EventDefinition): EventSchemas =>
  JSON.parse(
    JSON.stringify(jsonSchemas([definition])[definition.type], (key, value: unknown) =>
      key === 'description' && typeof value === 'string' ? undefined : value,
    ),
  ) as EventSchemas;

export function goldenOf({ type, version }: EventDefinition): Golden | null {
  const file = fileOf(type, version);
  return existsSync(file) ? read(file) : null;
}

export const goldens = (): Golden[] => readdirSync(RELEASED).map((name) => read(join(RELEASED, name)));

const read = (file: string): Golden => JSON.parse(readFileSync(file, 'utf8')) as Golden;
