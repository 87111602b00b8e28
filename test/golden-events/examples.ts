import fc from 'fast-check';
import { z } from 'zod';
import type { Body, EventDefinition } from '#event-store';
import { schemasOf } from './golden.js';

type TypeName = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** What occurs in the JSON Schemas of our events. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: TypeName | readonly TypeName[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const SEED = 20261126;
const TRIES = 300;
const WANTED = 4;

/** A few different bodies that fit the event as it is now: the one with least in it, the one with most, and two others; the same each time. */
export function examplesOf(definition: EventDefinition): Body[] {
  const { facts, sealed } = schemasOf(definition);
  const bodies = fc
    .sample(fc.record({ facts: valueOf(facts, facts), sealed: sealed ? valueOf(sealed, sealed) : fc.constant(null) }), {
      numRuns: TRIES,
      seed: SEED,
    })
    .flatMap((body) => taken(definition, body))
    .map((body) => JSON.stringify(body))
    .toSorted((a, b) => a.length - b.length);
  const different = [...new Set(bodies)];
  if (different.length === 0) throw new Error(`no example of ${definition.type} fits its schema`);
  const middle = Math.floor(different.length / 2);
  const chosen = new Set([...different.slice(0, 1), ...different.slice(-1), ...different.slice(middle, middle + 2)]);
  return [...chosen].slice(0, WANTED).map((text) => JSON.parse(text) as Body);
}

/** The body as its schemas take it (they trim texts), or nothing where one refuses it. */
function taken({ facts, sealed }: EventDefinition, body: Body): Body[] {
  const [plain, secret] = [facts.safeParse(body.facts), (sealed ?? z.null()).safeParse(body.sealed)];
  return plain.success && secret.success ? [{ facts: plain.data, sealed: secret.data }] : [];
}

function valueOf(schema: Schema, root: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valueOf(root.$defs![schema.$ref.replace('#/$defs/', '')]!, root);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valueOf(one, root)));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (typeof schema.type === 'object')
    return fc.oneof(...schema.type.map((type) => valueOf({ ...schema, type }, root)));
  // Where anything may stand.
  if (schema.type === undefined) return fc.oneof(fc.boolean(), fc.integer(), fc.constant('anything'));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, root);
    case 'array': {
      const { minItems: minLength = 0, maxItems } = schema;
      const maxLength = Math.min(maxItems ?? minLength + 3, Math.max(minLength, 40));
      return fc.array(valueOf(schema.items!, root), { minLength, maxLength });
    }
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? 0, -1000), max: Math.min(schema.maximum ?? 1000, 1000) });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
  }
}

function objectOf(schema: Schema, root: Schema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  if (propertyNames && additionalProperties)
    return fc.dictionary(valueOf(propertyNames, root) as fc.Arbitrary<string>, valueOf(additionalProperties, root), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valueOf(one, root)]));
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

const instants = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

function stringOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid({ version: 7 });
  if (format === 'date-time') return instants;
  if (format === 'date') return instants.map((instant) => instant.slice(0, 10));
  if (pattern) return fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 20) });
  return fc.string({ minLength, maxLength: Math.min(maxLength, Math.max(minLength, 12)), unit: 'grapheme-ascii' });
}
