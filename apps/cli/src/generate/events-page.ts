import { EPISODE_EVENT_TYPES, ORGANISATION_EVENT_TYPES, PATIENT_EVENT_TYPES } from '#care';
import { jsonSchemas, type EventDefinition } from '#event-store';
import { generatedFrom, page, table } from './markdown.js';
import { fieldsOf, type Schema } from './schema-words.js';

type Catalogued = EventDefinition & { readonly meaning: string };

const STREAMS: readonly { readonly title: string; readonly stream: string; readonly types: readonly Catalogued[] }[] = [
  { title: 'Episode', stream: 'episode-<uuid>', types: EPISODE_EVENT_TYPES },
  { title: 'Patient', stream: 'patient-<uuid>', types: PATIENT_EVENT_TYPES },
  { title: 'Organisation', stream: 'organisation-<id>', types: ORGANISATION_EVENT_TYPES },
];

/** docs/events.md: every event the log may hold. */
export function eventsPage(): string {
  return page(
    generatedFrom('libs/care/{episode,patient,organisation}/events.ts'),
    '# Events',
    '',
    'Everything that ever happened stands in the log as one of these. An event has two boxes. `facts` are stored plain: kinds, codes, dates,',
    'opaque ids and revisions, never anything personal and never a score. `sealed` is encrypted with the patient’s own key before it is hashed',
    'and stored; when that key is destroyed the box can never be read again, and every proof about the log still holds. Follow-up events seal',
    'nothing, so that no lost key can silence a patient.',
    '',
    'Every event also carries `id`, `type`, `schemaVersion`, `streamId`, `revision`, `position`, `occurredAt` (in the clinic), `recordedAt` (by us),',
    '`actor`, `actorRole`, `organisation`, `site`, `commandId`, `fingerprint`, `pin`, `prevHash` and `hash`. A field with `?` may be absent.',
    '',
    ...STREAMS.flatMap(streamSection),
  );
}

function streamSection({ title, stream, types }: (typeof STREAMS)[number]): string[] {
  const schemas = jsonSchemas(types);
  return [
    `## ${title}`,
    '',
    `Streams \`${stream}\`, ${types.length} types.`,
    '',
    ...types.flatMap(({ type, version, meaning }) => [
      `### ${type}`,
      '',
      `${meaning} Version ${version}.`,
      '',
      ...boxes(schemas[type]!.facts as Schema, schemas[type]!.sealed as Schema | null),
    ]),
  ];
}

function boxes(facts: Schema, sealed: Schema | null): string[] {
  const rows = [...rowsOf('facts', facts), ...(sealed ? rowsOf('sealed', sealed) : [])];
  return rows.length === 0 ? ['Nothing but that it happened.', ''] : [...table(['Box', 'Field', 'Type'], rows), ''];
}

const rowsOf = (box: string, schema: Schema): string[][] =>
  fieldsOf(schema).map(({ name, isOptional, type }) => [box, `\`${name}\`${isOptional ? '?' : ''}`, type]);
