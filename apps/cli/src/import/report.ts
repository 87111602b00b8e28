import type { ImportReport, TableCount } from './run.js';
import type { Rejection } from './read.js';

/** How many rejections a reader is shown; the file has all. */
const SHOWN = 20;
const COUNTS = ['read', 'appended', 'skipped', 'changed', 'rejected'] as const;

/** Whether every row was taken: then the exit code is 0. */
export const isClean = ({ rejections }: ImportReport): boolean => rejections.length === 0;

export function totalsOf(tables: readonly TableCount[]): Record<(typeof COUNTS)[number], number> {
  return Object.fromEntries(
    COUNTS.map((name) => [name, tables.reduce((sum, table) => sum + table[name], 0)]),
  ) as ReturnType<typeof totalsOf>;
}

/** The report as one JSON object. */
export const reportJson = (report: ImportReport): object => ({
  ...totalsOf(report.tables),
  episodes: report.episodes,
  tables: report.tables,
  rejections: report.rejections,
  unreviewedItem9: report.unreviewed,
  notes: report.notes,
});

/** The report for a reader; `file` is where the rejections were written. */
export function reportWords(report: ImportReport, file: string | null): string {
  const { tables, rejections, unreviewed } = report;
  return [
    line('', COUNTS),
    ...tables
      .filter(({ read }) => read > 0)
      .map((table) =>
        line(
          table.table,
          COUNTS.map((name) => table[name]),
        ),
      ),
    line(
      'all',
      COUNTS.map((name) => totalsOf(tables)[name]),
    ),
    '',
    `${report.episodes} episodes`,
    ...(rejections.length === 0
      ? []
      : [
          '',
          ...rejections.slice(0, SHOWN).map(rejectionWords),
          ...(rejections.length > SHOWN ? [`  and ${rejections.length - SHOWN} more`] : []),
        ]),
    ...(file === null ? [] : ['', `Rejections with file, line and reason: ${file}`]),
    ...(unreviewed.length === 0
      ? []
      : [
          '',
          'Closed episodes whose last answer to item 9 was positive and was never reviewed (nothing was opened for them; please look):',
          ...unreviewed.map(
            (one) =>
              `  ${one.file}:${one.line}  ${one.occurredAt.slice(0, 10)}${one.episodeId === null ? '' : `  episode ${one.episodeId}`}`,
          ),
        ]),
  ].join('\n');
}

const line = (name: string, cells: readonly (string | number)[]): string =>
  `${name.padEnd(18)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
const rejectionWords = ({ file, line: at, kind, reason }: Rejection): string => `✗ ${file}:${at} ${kind}: ${reason}`;

/** The rejections as a table that a spreadsheet opens. */
export function rejectionsCsv(rejections: readonly Rejection[]): string {
  const rows = rejections.map(({ file, line: at, table, kind, reason }) => [
    file,
    String(at),
    table ?? '',
    kind,
    reason,
  ]);
  return [['file', 'line', 'table', 'kind', 'reason'], ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

/** A field that a spreadsheet would take for a formula is led by an apostrophe. */
function quoted(field: string): string {
  const safe = /^[=+\-@\t]/.test(field) ? `'${field}` : field;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
