import { INSTRUMENTS, rangeOf, type Instrument } from '#care';
import { generatedFrom, page, table } from './markdown.js';

/** docs/instruments.md: every questionnaire that ships, from its file. */
export const instrumentsPage = (): string =>
  page(
    generatedFrom('libs/care/instruments/forms'),
    '# Instruments',
    '',
    'Each questionnaire is one file in `libs/care/instruments/forms`. A clinic adds one of its own as a file in `instruments/` of its data folder:',
    'codes, answers, branches, total, bands, change, safety and licence are data, read by one engine. `GET /v1/instruments` shows all of it.',
    '',
    'A number marked `°` has no public source; one marked `*` is our own proposal. **Both need the signature of a medical director.**',
    '',
    ...table(
      ['Code', 'Title', 'Items', 'Total', 'Can be the primary scale', 'Asks about suicide', 'Wording ships'],
      [...INSTRUMENTS.values()].map(summary),
    ),
    '',
    ...[...INSTRUMENTS.values()].flatMap(section),
  );

const yes = (is: boolean): string => (is ? 'yes' : '');

const totals = (form: Instrument): string => {
  const { lowest, highest } = rangeOf(form);
  return form.scoring === 'none' ? 'none' : `${lowest}–${highest}`;
};

/** `9 + 3`: those that make the total, and those that do not count. */
function itemCount({ items, scoring }: Instrument): string {
  const counting = items.filter(({ scored }) => scored).length;
  return scoring === 'none' || counting === items.length
    ? String(items.length)
    : `${counting} + ${items.length - counting}`;
}

const summary = (form: Instrument): string[] => [
  `[${form.code}](#${form.code.toLowerCase()})`,
  form.title,
  itemCount(form),
  totals(form),
  yes(form.primary),
  yes(form.safety !== undefined),
  yes(form.licence.wording),
];

/** `°` stands behind the number it belongs to. */
const cited = ({ value, mark }: { value: number; mark: string }, unit: string): string => `${value}${unit}${mark}`;

const CHANGE: readonly [keyof Instrument['change'], string, string][] = [
  ['elevatedFrom', 'Elevated or positive', ' and worse'],
  ['response', 'Response: share of the way from the baseline to the best total', ''],
  ['remissionBeyond', 'Remission: better than', ''],
  ['improvement', 'Improved: points better than the baseline', ''],
  ['meaningful', 'Smallest difference that means something, in points', ''],
  ['reliable', 'Reliable change, in points', ''],
  ['deterioration', 'Deterioration: points worse than the best or last', ''],
  ['early', 'Adequate early response, in points', ''],
];

function section(form: Instrument): string[] {
  return [
    `## ${form.code}`,
    '',
    `${form.title}, version ${form.version}, language \`${form.language}\`; looks back over ${form.lookBackDays} days.`,
    '',
    ...facts(form),
    '',
    ...changes(form),
  ];
}

function facts(form: Instrument): string[] {
  const asked = form.items.filter(({ askedIf }) => askedIf).map((item) => `${item.id} (${given(item.askedIf!)})`);
  const extras = form.items.filter(({ scored }) => !scored && form.scoring === 'sum').map(({ id }) => id);
  const lines: [string, string | undefined][] = [
    ['Codes', loincs(form)],
    ['Short form of', form.shortFormOf],
    ['Ages', form.ages && `${form.ages.from} to ${form.ages.to}; a form from outside of them is kept, with a warning`],
    ['Total', form.scoring === 'none' ? 'none' : `${totals(form)}, ${form.direction.replaceAll('-', ' ')}`],
    ['Bands', form.bands.map(({ from, to, name }) => `${from === to ? from : `${from}–${to}`} ${name}`).join(' · ')],
    ['Do not count', extras.join(', ')],
    ['Asked only after', asked.join(' · ')],
    [
      'Prorated',
      form.prorate &&
        `up to ${form.prorate.maxMissing} missing${form.prorate.mark} (${form.prorate.source}); never a score`,
    ],
    ['Safety assessment after', safety(form)],
    ['Triage hint', triage(form)],
    ['Licence', `${form.licence.text} <${form.licence.url}>`],
    ['Sources', form.sources.join(' · ')],
  ];
  return lines.flatMap(([name, text]) => (text ? [`* **${name}:** ${text}`] : []));
}

const loincs = (form: Instrument): string =>
  [
    form.panelLoinc && `panel ${form.panelLoinc}`,
    form.totalLoinc && `total ${form.totalLoinc}`,
    form.items.some(({ loinc }) => loinc) && `items ${form.items.map(({ loinc }) => loinc ?? '–').join(' ')}`,
  ]
    .filter((one) => one)
    .join('; ');

const given = ({ item, scores }: { item: string; scores: readonly number[] }): string =>
  `item ${item} is ${scores.join(', ')}`;

const safety = (form: Instrument): string | undefined =>
  form.safety &&
  `${form.safety.triggers.map((one) => `${given(one)}${one.whenUnanswered ? ' or left out' : ''}`).join(' · ')}${form.safety.mark} (${form.safety.source})`;

const triage = ({ triage: hint }: Instrument): string | undefined =>
  hint &&
  `${hint.levels.map(({ level, any }) => `${level}: ${any.map(given).join(' or ')}`).join(' · ')}${hint.mark} (${hint.source})`;

function changes(form: Instrument): string[] {
  const rows = CHANGE.flatMap(([name, words, unit]) => {
    const number = form.change[name];
    return number ? [[words, cited(number, unit), number.source]] : [];
  });
  return rows.length === 0 ? [] : [...table(['Change', 'Number', 'Source'], rows), ''];
}
