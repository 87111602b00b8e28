import { DEFAULT_PATHWAY, ROWS, RULES_VERSION, type Parameter, type Row } from '#care';
import { amount, figure, parametersIn, RULES, spelledOut } from '#read-models';
import { generatedFrom, page, table } from './markdown.js';
import { GENERAL_WORDS, ROW_WORDS, sentencesOf } from './row-words.js';

const PARAMETERS: Readonly<Record<string, Parameter>> = DEFAULT_PATHWAY.parameters;
const parameterAt = (key: string): Parameter => {
  const found = PARAMETERS[key];
  if (!found) throw new Error(`the default pathway has no parameter ${key}`);
  return found;
};
/** `14 days*`: a number never stands without its mark. */
const say = (words: string): string =>
  spelledOut(words, (key) => `${amount(parameterAt(key))}${parameterAt(key).mark}`);

/** docs/care-pathway.md: what this build owes a patient, when, and who is told. */
export function pathwayPage(): string {
  return page(
    generatedFrom('libs/care/pathway/default.ts and libs/care/follow-ups'),
    '# Care pathway',
    '',
    `What the clinic owes a patient, when, and who is told: \`${DEFAULT_PATHWAY.id}\` version ${DEFAULT_PATHWAY.version} (${DEFAULT_PATHWAY.title}), rules version ${RULES_VERSION}, primary scale ${DEFAULT_PATHWAY.primaryScale}.`,
    'An episode pins the pathway it began with. Of another one it takes up the numbers of class safety at once and the clinical ones at its next phase (enrolment, stepping down, relapse); administrative ones are for new episodes. Other pathways that ship: `followthrough pathway show monthly-floor`, `… show demo`.',
    '',
    ...signature(),
    '',
    '## What holds for every kind',
    '',
    ...GENERAL_RULES,
    ...GENERAL_WORDS.map((words) => `* ${say(words)}`),
    '',
    ...parameterTable(parametersIn(...GENERAL_WORDS)),
    '',
    ...ROWS.flatMap(kindSection),
  );
}

/** The sentence that must stand on this page. */
function signature(): string[] {
  const marked = (mark: string): number => Object.values(PARAMETERS).filter((one) => one.mark === mark).length;
  return [
    '> **Not for real use without a medical director’s signature.** A number marked `°` is a default of our reference that has no public source;',
    `> one marked \`*\` is our own proposal. Of ${Object.keys(PARAMETERS).length} numbers ${marked('°')} bear \`°\` and ${marked('*')} bear \`*\`. **Both need the signature of a medical director before this`,
    '> pathway is used for patients.** Unmarked numbers have the source that stands beside them; they too are the clinic’s to judge.',
  ];
}

const GENERAL_RULES: readonly string[] = [
  '* Day 0 is the local date, at the site, on which the fact happened in the clinic. A due date that is no business day rolls forward unless its row says otherwise; safety never rolls.',
  '* Who is told on the due day is listed as a step. Steps of other kinds than safety fall on business days. Steps already past when they are recorded collapse into one.',
  '* Discharge, the closing of the referral and death end everything that came before them, and are refused while a safety review is open (death excepted). A hold pauses what does not say that it goes on; afterwards everything is derived afresh, without a backlog.',
  '* Undoing the fact a follow-up rests on ends it; undoing the fact that ended one opens it again with its first due date.',
  '* A follow-up that was raised ends only as its row says. A later note never makes an overdue item vanish.',
  '* Every row opens on a fact, never on a clock. A timer does nothing clinical: it tells a person.',
];

function kindSection(row: Row): string[] {
  const words = ROW_WORDS[row.kind];
  const { title, source, closes, supersedes = '' } = RULES[row.kind];
  return [
    `## ${title} · \`${row.kind}\``,
    '',
    `* **Source** ${source}`,
    `* **Opens on** ${say(words.opens)}.`,
    `* **Due** ${say(words.due)}.`,
    `* **Fulfilled by** ${say(closes)}.`,
    ...(supersedes === '' ? [] : [`* **Superseded by** ${say(supersedes)}.`]),
    `* **Told** ${words.tells.map((step) => say(step)).join(' · ')}.`,
    ...(words.repeats === undefined ? [] : [`* **Repeats** ${say(words.repeats)}.`]),
    ...(words.also === undefined ? [] : [`* ${say(words.also)}`]),
    ...standing(row),
    '',
    ...parameters([...sentencesOf(words), closes, supersedes]),
  ];
}

/** What the row itself says of holds and ends. */
function standing({ throughHold, afterEnd, outlivesAnchor }: Row): string[] {
  const says = [
    ...(throughHold === true ? ['it goes on during a hold'] : []),
    ...(throughHold === 'anchored-since'
      ? ['during a hold it is owed only if it was recorded since the hold began']
      : []),
    ...(afterEnd ? ['it may open after the episode ended'] : []),
    ...(outlivesAnchor ? ['undoing the fact it rests on does not end it'] : []),
  ];
  const [first, ...rest] = says;
  return first === undefined ? [] : [`* ${[`${first[0]!.toUpperCase()}${first.slice(1)}`, ...rest].join('; ')}.`];
}

function parameters(words: readonly string[]): string[] {
  const keys = parametersIn(...words);
  return keys.length === 0 ? ['No number of its own.', ''] : [...parameterTable(keys), ''];
}

function parameterTable(keys: readonly string[]): string[] {
  const head = ['Parameter', 'Value', 'Mark', 'Class', 'Range', 'Firmness', 'Source', 'Meaning'];
  return table(
    head,
    keys.map((key) => rowOf(key, parameterAt(key))),
  );
}

const rowOf = (key: string, one: Parameter): string[] => [
  `\`${key}\``,
  amount(one),
  one.mark,
  one.class,
  one.range[0] === one.range[1] ? 'fixed' : `${figure(one.range[0], one.unit)}–${figure(one.range[1], one.unit)}`,
  one.firmness,
  one.source,
  one.meaning,
];
