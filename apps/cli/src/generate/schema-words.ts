/** The part of JSON Schema that zod writes for events. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
}

/** A field of an event as the catalogue shows it. */
export interface FieldWords {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
}

const NAMED: Readonly<Record<string, string>> = { LocalDate: 'local date', Instant: 'instant' };
const FORMATS: Readonly<Record<string, string>> = { date: 'local date', 'date-time': 'instant', uuid: 'UUID' };
/** zod's bounds of a safe integer say nothing to a reader. */
const isTelling = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

/** The fields of a box, in the order of their schema. */
export const fieldsOf = ({ properties = {}, required = [] }: Schema): FieldWords[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    isOptional: !required.includes(name),
    type: typeWords(schema),
  }));

/** A type in words: `local date`, `one of a, b`, `list of { step: whole number from 1 … }`. */
export function typeWords(schema: Schema): string {
  if (schema.$ref !== undefined) return namedType(schema.$ref);
  if (schema.enum) return `one of ${schema.enum.map(code).join(', ')}`;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(' or ');
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeWords({ ...schema, type })).join(' or ');
  return plainType(schema);
}

function plainType(schema: Schema): string {
  switch (schema.type) {
    case 'array':
      return `list of ${typeWords(schema.items ?? {})}`;
    case 'object':
      return objectWords(schema);
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'number':
      return `number${bounds(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'string':
      return FORMATS[schema.format ?? ''] ?? 'text';
    default:
      return 'anything';
  }
}

function objectWords(schema: Schema): string {
  const fields = fieldsOf(schema);
  if (fields.length > 0)
    return `{ ${fields.map(({ name, isOptional, type }) => `${name}${isOptional ? '?' : ''}: ${type}`).join('; ')} }`;
  const { additionalProperties: value, propertyNames } = schema;
  return typeof value === 'object'
    ? `${typeWords(propertyNames ?? { type: 'string' })} → ${typeWords(value)}`
    : 'nothing';
}

function bounds({ minimum, maximum }: Schema): string {
  if (isTelling(minimum) && isTelling(maximum)) return ` ${minimum} to ${maximum}`;
  if (isTelling(minimum)) return ` from ${minimum}`;
  return isTelling(maximum) ? ` up to ${maximum}` : '';
}

const namedType = (ref: string): string => {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  return NAMED[name] ?? name;
};
const code = (value: unknown): string => `\`${String(value)}\``;
