import type { ParameterKey } from './default.js';
import { CATALOGUE, type Parameter, type ParameterClass, type Pathway } from './schema.js';

/** Of what a pathway says beside its parameters, what moves with which class. Id, version and title stay those of the base. */
const BESIDE: Readonly<Record<ParameterClass, readonly ('primaryScale' | 'crisisLine')[]>> = {
  safety: ['crisisLine'],
  clinical: ['primaryScale'],
  administrative: [],
};

const keysOf = (cls: ParameterClass): ParameterKey[] =>
  (Object.keys(CATALOGUE) as ParameterKey[]).filter((key) => CATALOGUE[key].class === cls);

/**
 * The base with everything of one class as another pathway has it. The class is the catalogue's, so that no adopted file can move a
 * number into another class. Composing is idempotent, and classes may be composed in any order.
 */
export function withClass(base: Pathway, cls: ParameterClass, from: Pathway): Pathway {
  return {
    ...base,
    ...Object.fromEntries(BESIDE[cls].map((field) => [field, from[field]])),
    parameters: { ...base.parameters, ...Object.fromEntries(keysOf(cls).map((key) => [key, from.parameters[key]!])) },
  };
}

/** Whether two pathways say the same in a class: another title or source moves no episode. */
export const saysTheSame = (cls: ParameterClass, a: Pathway, b: Pathway): boolean =>
  keysOf(cls).every((key) => a.parameters[key]!.value === b.parameters[key]!.value) &&
  BESIDE[cls].every((field) => a[field] === b[field]);

/**
 * An adopted pathway as this build follows it: a parameter that it does not know yet has our default, and one that is no longer known
 * is left out. What a parameter is, the catalogue says.
 */
export function completed(adopted: Pathway): Pathway {
  const parameters = (Object.keys(CATALOGUE) as ParameterKey[]).map((key): [string, Parameter] => {
    const { value, firmness, mark, source } = adopted.parameters[key] ?? CATALOGUE[key];
    return [key, { ...CATALOGUE[key], value, firmness, mark, source }];
  });
  return { ...adopted, parameters: Object.fromEntries(parameters) };
}
