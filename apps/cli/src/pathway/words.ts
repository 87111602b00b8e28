import type { Parameter, ParameterChange, Pathway } from '#care';
import type { PathwayPreview } from '#door';
import { amount } from '#read-models';

/** A pathway as a table for the terminal, grouped as its keys are. */
export function pathwayWords(pathway: Pathway): string {
  const marked = (mark: string): number => Object.values(pathway.parameters).filter((one) => one.mark === mark).length;
  return [
    `${pathway.id} version ${pathway.version}: ${pathway.title}`,
    ...(pathway.notForCare ? ['NOT FOR CARE.'] : []),
    `Primary scale ${pathway.primaryScale}. ${marked('°')} numbers bear ° (no public source) and ${marked('*')} bear * (our proposal); both need a medical director’s signature.`,
    ...groupsOf(pathway).flatMap(([group, parameters]) => [
      '',
      group,
      ...columns(parameters.map(([key, parameter]) => row(key, parameter))),
    ]),
  ].join('\n');
}

/** Parameters by the first word of their keys. */
const groupsOf = ({ parameters }: Pathway): [string, [string, Parameter][]][] => [
  ...Map.groupBy(Object.entries(parameters), ([key]) => key.slice(0, key.indexOf('.'))),
];

const row = (key: string, parameter: Parameter): string[] => [
  `  ${key}`,
  `${amount(parameter)}${parameter.mark}`,
  parameter.class,
  parameter.source,
];

/** What one pathway changes of another. */
export function changeWords(changes: readonly ParameterChange[]): string {
  if (changes.length === 0) return 'The same numbers.';
  return columns(
    changes.map(({ key, from, to, unit, class: cls, change }) => [
      key,
      `${amount({ value: from, unit })} → ${amount({ value: to, unit })}`,
      cls,
      change,
    ]),
  ).join('\n');
}

/** What adopting would do, by kind. */
export function previewWords({ episodes, untold, atOnce, atNextPhase }: PathwayPreview): string {
  return [
    `${episodes} open episodes looked at${untold > 0 ? `, ${untold} of them cannot be told` : ''}; nothing was changed.`,
    '',
    'At once (safety, hours):',
    ...effectLines(atOnce),
    '',
    'If each entered its next phase now (clinical numbers too):',
    ...effectLines(atNextPhase),
    '',
    'Administrative numbers reach new episodes only.',
  ].join('\n');
}

function effectLines(effects: PathwayPreview['atOnce']): string[] {
  const rows = Object.entries(effects).map(([kind, { opens, moves, ends }]) => [
    `  ${kind}`,
    `${opens} open`,
    `${moves} move`,
    `${ends} end`,
  ]);
  return rows.length === 0 ? ['  nothing'] : columns(rows);
}

/** Cells padded to the widest of their column. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  return rows.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(width(i)))
      .join('  ')
      .trimEnd(),
  );
}
