import type { Report } from './report.js';

const percent = (value: number | null): string => (value === null ? '–' : `${Math.round(value * 100)} %`);
const plain = (value: number | null): string => (value === null ? '–' : String(value));

type Line = readonly [label: string, of: (report: Report) => string];

const LINES: readonly Line[] = [
  ['episodes', (r) => plain(r.episodes)],
  ['enrolled', (r) => plain(r.enrolled)],
  ['closed unreached', (r) => plain(r.closedUnreached)],
  ['graduated', (r) => plain(r.graduated)],
  ['lost to follow-up', (r) => plain(r.lost)],
  ['in remission at the last scale', (r) => percent(r.remissionShare)],
  ['follow-ups done in time', (r) => percent(r.inTimeShare)],
  ['days to the week-8 consult, median', (r) => plain(r.daysToConsult.median)],
  ['  90th percentile', (r) => plain(r.daysToConsult.p90)],
  ['  by day 84', (r) => percent(r.daysToConsult.by84)],
  ['ever 30 days without contact', (r) => percent(r.withoutContact.days30)],
  ['ever 60 days without contact', (r) => percent(r.withoutContact.days60)],
  ['ever 90 days without contact', (r) => percent(r.withoutContact.days90)],
  ['patients on the list a day, mean', (r) => plain(r.alertsPerDay.rows)],
  ['  95th percentile', (r) => plain(r.alertsPerDay.rowsP95)],
  ['interruptions a day, mean', (r) => plain(r.alertsPerDay.interruptions)],
  ['minutes to a safety review, median', (r) => plain(r.safetyReviewMinutes.median)],
  ['working time used', (r) => percent(r.workload)],
  ['acts that the domain refused', (r) => plain(Object.values(r.refused).reduce((sum, times) => sum + times, 0))],
];

/** The reports side by side: what came out, then each kind per care manager and week with the share done in time. */
export function reportWords(reports: readonly Report[]): string {
  const kinds = [...new Set(reports.flatMap((report) => Object.keys(report.kinds)))];
  const rows: string[][] = [
    ['', ...reports.map(({ pathway }) => pathway)],
    ...LINES.map(([label, of]) => [label, ...reports.map(of)]),
    ['', ...reports.map(() => '')],
    ['per care manager and week (in time)', ...reports.map(() => '')],
    ...kinds.map((kind) => [
      kind,
      ...reports.map(({ kinds: of }) => {
        const figures = of[kind];
        return figures ? `${figures.perCareManagerWeek} (${percent(figures.inTimeShare)})` : '–';
      }),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2))).join(''))
    .map((line) => line.trimEnd())
    .join('\n');
}
