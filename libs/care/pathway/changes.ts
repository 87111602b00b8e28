import type { ParameterKey } from './default.js';
import { CATALOGUE, type Parameter, type Pathway } from './schema.js';

/** One number that differs between two pathways. */
export interface ParameterChange {
  readonly key: ParameterKey;
  readonly from: number;
  readonly to: number;
  readonly unit: Parameter['unit'];
  readonly class: Parameter['class'];
  readonly change: 'tighter' | 'looser';
}

/** What the second pathway changes of the first, in the order of the catalogue. */
export function changesBetween(before: Pathway, after: Pathway): ParameterChange[] {
  return (Object.keys(CATALOGUE) as ParameterKey[]).flatMap((key) => {
    const [from, to] = [before.parameters[key]!.value, after.parameters[key]!.value];
    if (from === to) return [];
    const { unit, class: cls, tighter } = CATALOGUE[key];
    const isTighter = to < from === (tighter === 'lower');
    return [{ key, from, to, unit, class: cls, change: isTighter ? ('tighter' as const) : ('looser' as const) }];
  });
}
