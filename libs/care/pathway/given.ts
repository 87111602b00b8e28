import type { DEFAULT_PARAMETERS, ParameterKey } from './default.js';
import type { Parameter } from './schema.js';

/** A value with what stands behind it, as a shipped pathway gives it to a parameter of the catalogue. */
export type Given = readonly [value: number, firmness: Parameter['firmness'], mark: Parameter['mark'], source: string];

/** The parameters of the default with other values: one line for each in the shipped pathway’s file. */
export function given(
  parameters: typeof DEFAULT_PARAMETERS,
  values: Partial<Record<ParameterKey, Given>>,
): Readonly<Record<string, object>> {
  const changed = Object.entries(values).map(([key, [value, firmness, mark, source]]) => [
    key,
    { ...parameters[key as ParameterKey], value, firmness, mark, source },
  ]);
  return { ...parameters, ...(Object.fromEntries(changed) as Record<string, object>) };
}
