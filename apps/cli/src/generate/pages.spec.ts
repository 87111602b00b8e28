import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_PATHWAY,
  EPISODE_EVENT_TYPES,
  FOLLOW_UP_KINDS,
  INSTRUMENTS,
  ORGANISATION_EVENT_TYPES,
  PATIENT_EVENT_TYPES,
  ROWS,
} from '#care';
import { MATRIX, PUBLIC } from '#access';
import { eventsPage } from './events-page.js';
import { openApiDocument } from './openapi-document.js';
import { pathwayPage } from './pathway-page.js';
import { instrumentsPage } from './instruments-page.js';
import { PAGES } from './pages.js';
import { parametersIn, RULES } from '#read-models';
import { GENERAL_WORDS, ROW_WORDS, sentencesOf } from './row-words.js';
import { typeWords } from './schema-words.js';

const kinds = ROWS.map(({ kind }) => kind);
const ends = Object.values(RULES).flatMap(({ closes, supersedes = '' }) => [closes, supersedes]);
const said = [...GENERAL_WORDS, ...Object.values(ROW_WORDS).flatMap(sentencesOf), ...ends];

describe('the words of the rows', () => {
  it('are there for every kind that is derived, and for no other', () => {
    expect(Object.keys(ROW_WORDS).toSorted()).toEqual(kinds.toSorted());
  });

  it('name every parameter that a rule reads, and none that is not there', () => {
    const unnamed = Object.keys(DEFAULT_PATHWAY.parameters).filter((key) => !parametersIn(...said).includes(key));
    expect(unnamed).toEqual([]);
    expect(parametersIn(...said).filter((key) => !DEFAULT_PATHWAY.parameters[key])).toEqual([]);
  });

  it('have no parameter that neither the domain, nor a view, nor a notice reads', () => {
    const sources = ['libs/care', 'libs/read-models', 'libs/notices']
      .flatMap(sourcesIn)
      .filter((file) => !file.startsWith(join('libs', 'care', 'pathway')))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const unread = Object.keys(DEFAULT_PATHWAY.parameters).filter((key) => !sources.includes(`'${key}'`));
    expect(unread).toEqual([]);
  });

  it('hold no number of care themselves', () => {
    for (const sentence of said) expect(sentence.replaceAll(/PHQ-9|GAD-7|item 9|\{[a-z.-]+\}/g, '')).not.toMatch(/\d/);
  });
});

describe('docs/care-pathway.md', () => {
  const text = pathwayPage();

  it('has a section for every kind there is, with its source, and leaves none out', () => {
    expect(kinds.toSorted()).toEqual(FOLLOW_UP_KINDS.toSorted());
    for (const kind of kinds) {
      expect(text).toContain(`## ${RULES[kind].title} · \`${kind}\`\n\n* **Source** ${RULES[kind].source}\n`);
    }
    expect(text).not.toMatch(/not derive/);
  });

  it('says that both marks need a signature', () => {
    expect(text).toContain('**Both need the signature of a medical director before this');
    expect(text).toMatch(/marked `°` .*\n.*marked `\*`/);
  });

  it('has every parameter with value, mark and source', () => {
    for (const [key, { source }] of Object.entries(DEFAULT_PATHWAY.parameters))
      expect(text).toMatch(new RegExp(`\\| \`${key.replaceAll('.', '\\.')}\` \\|.*\\| ${escaped(source)} \\|`));
    expect(text).toContain('| `contact.acute` | 14 days |  | clinical | 7–28 | evidence |');
    expect(text).toContain('| `outreach.close` | 28 days | ° |');
  });

  it('puts the values into the words, with their marks', () => {
    expect(text).toContain('* **Due** 28 days° after the referral, and at least 7 days* after a letter.');
    expect(text).toContain('08:00°');
    expect(text).not.toContain('{');
  });
});

describe('docs/events.md', () => {
  const text = eventsPage();

  it('has every event with its meaning and fields', () => {
    for (const { type, meaning, version } of [
      ...EPISODE_EVENT_TYPES,
      ...PATIENT_EVENT_TYPES,
      ...ORGANISATION_EVENT_TYPES,
    ]) {
      expect(text).toContain(`### ${type}\n\n${meaning} Version ${version}.`);
    }
    expect(text).toContain('| facts | `dueOn` | local date |');
    expect(text).toContain('| sealed | `note`? | text |');
  });
});

describe('docs/instruments.md', () => {
  const text = instrumentsPage();

  it('has every instrument with its licence, bands and sources', () => {
    for (const { code, licence, bands, sources } of INSTRUMENTS.values()) {
      const section = text.slice(text.indexOf(`## ${code}\n`)).split('\n## ')[0]!;
      expect(section).toContain(`* **Licence:** ${licence.text} <${licence.url}>`);
      for (const { from, to, name } of bands)
        expect(section).toContain(`${from === to ? from : `${from}–${to}`} ${name}`);
      for (const source of sources) expect(section).toContain(source);
    }
  });

  it('says every number of change with its mark and source', () => {
    expect(text).toContain(
      '| Deterioration: points worse than the best or last | 5* | our proposal, from the minimal important change (Löwe 2004) |',
    );
    expect(text).toContain('| Improved: points better than the baseline | 12 | NYS OMH CoCM metrics |');
  });

  it('says what asks for a safety assessment, and whether leaving it out does', () => {
    expect(text).toContain('item 9 is 1, 2, 3 or left out · item thoughts is 1 · item attempt is 1*');
  });
});

describe('docs/openapi.json', () => {
  it('has every endpoint, in the order of its address, and the version of the package', async () => {
    const { paths, info, components } = JSON.parse(await openApiDocument());
    const addresses = Object.keys(paths);
    expect(addresses).toEqual(addresses.toSorted());
    expect(Object.keys(components.schemas)).toEqual(Object.keys(components.schemas).toSorted());
    expect(new Set(addresses)).toEqual(new Set([...MATRIX, ...PUBLIC].map(({ path }) => path)));
    expect(info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});

describe('a type in words', () => {
  it.each([
    [{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, 'whole number from 1'],
    [{ type: 'integer', minimum: 0, maximum: 3 }, 'whole number 0 to 3'],
    [{ anyOf: [{ type: 'string', format: 'uuid' }, { type: 'null' }] }, 'UUID or null'],
    [{ type: ['number', 'null'] }, 'number or null'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, 'list of one of `a`, `b`'],
    [
      { type: 'object', properties: { on: { $ref: '#/$defs/LocalDate' }, by: { type: 'string' } }, required: ['on'] },
      '{ on: local date; by?: text }',
    ],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'text → true or false'],
    [{}, 'anything'],
  ])('%j', (schema, words) => {
    expect(typeWords(schema)).toBe(words);
  });
});

it('what is committed is what the sources say', async () => {
  for (const [name, write] of Object.entries(PAGES))
    expect([name, readFileSync(join('docs', name), 'utf8') === (await write())]).toEqual([name, true]);
});

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join(folder, file));
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
