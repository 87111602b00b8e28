import type { Report } from './report.js';

const COLOURS = ['#1f5f8b', '#d98b2b'] as const;
const ROW = 20;
const LABEL = 230;
const WIDTH = 420;
const TOP = 70;

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x}" y="${y}" ${more}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

/** One picture: of each kind of follow-up the share done in time, a bar for each pathway. */
export function chartOf(reports: readonly Report[]): string {
  const kinds = [...new Set(reports.flatMap((report) => Object.keys(report.kinds)))];
  const group = ROW * reports.length + 8;
  const height = TOP + kinds.length * group + 30;
  const bars = kinds.flatMap((kind, i) => [
    text(LABEL - 10, TOP + i * group + (group - 8) / 2 + 4, kind, 'text-anchor="end"'),
    ...reports.flatMap((report, j) => {
      const share = report.kinds[kind]?.inTimeShare;
      if (share === null || share === undefined) return [];
      const y = TOP + i * group + j * ROW;
      return [
        `<rect x="${LABEL}" y="${y}" width="${Math.round(share * WIDTH)}" height="${ROW - 4}" fill="${COLOURS[j % COLOURS.length]}"/>`,
        text(LABEL + Math.round(share * WIDTH) + 6, y + 12, `${Math.round(share * 100)} %`),
      ];
    }),
  ]);
  const { patients, years, seed } = reports[0]!;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 70}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    text(16, 24, 'Follow-ups done in time', 'font-size="16" font-weight="bold"'),
    text(16, 44, `${patients} synthetic patients, ${years} years, seed ${seed}`, 'fill="#555"'),
    ...reports.flatMap(({ pathway }, i) => [
      `<rect x="${LABEL + i * 180}" y="${TOP - 22}" width="12" height="12" fill="${COLOURS[i % COLOURS.length]}"/>`,
      text(LABEL + 18 + i * 180, TOP - 12, pathway),
    ]),
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
