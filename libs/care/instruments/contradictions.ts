import type { Instrument } from './schema.js';
import { answersOf, rangeOf } from './range.js';

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

type Check = (form: Instrument) => readonly Contradiction[];

const say = (wrong: boolean, path: Contradiction['path'], message: string): Contradiction[] =>
  wrong ? [{ path, message }] : [];

/** All of its wording or none of it: a patient never sees half a form, and nothing is shipped that may not be. */
const wording: Check = (form) => {
  const texts = [
    form.stem,
    ...form.items.map(({ text }) => text),
    ...[form.answers, ...form.items.map(({ answers }) => answers ?? [])].flat().map(({ text }) => text),
    ...(form.difficulty ? [form.difficulty.text, ...form.difficulty.answers.map(({ text }) => text)] : []),
    form.wordingHash,
  ];
  if (form.licence.wording)
    return say(texts.includes(undefined), ['licence', 'wording'], 'some of the wording or its hash is missing');
  return [
    ...say(
      texts.some((text) => text !== undefined),
      ['licence', 'wording'],
      'its licence lets no wording be shipped',
    ),
    ...form.items.flatMap(({ about }, i) =>
      say(about === undefined, ['items', i, 'about'], 'without wording it has to say what the item is about'),
    ),
  ];
};

const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

const names: Check = (form) => [
  ...say(!distinct(form.items.map(({ id }) => id)), ['items'], 'two items have one id'),
  ...say(!distinct(codesOf(form)), ['items'], 'two codes are the same'),
  ...form.items.flatMap((item, i) =>
    say(!distinct(answersOf(form, item).map(({ score }) => score)), ['items', i, 'answers'], 'two answers score alike'),
  ),
];

const codesOf = (form: Instrument): string[] =>
  [form.panelLoinc, form.totalLoinc, form.difficulty?.loinc, ...form.items.map(({ loinc }) => loinc)].filter(
    (code) => code !== undefined,
  );

/** Whatever names an answer names one that there is. */
const references: Check = (form) => {
  const named = [
    ...form.items.flatMap(({ askedIf }, i) => (askedIf ? [{ path: ['items', i, 'askedIf'], given: askedIf }] : [])),
    ...(form.safety?.triggers ?? []).map((given, i) => ({ path: ['safety', 'triggers', i], given })),
    ...(form.triage?.levels ?? []).flatMap(({ any }, i) =>
      any.map((given, n) => ({ path: ['triage', 'levels', i, 'any', n], given })),
    ),
  ];
  return named.flatMap(({ path, given }) => {
    const item = form.items.find(({ id }) => id === given.item);
    const possible = item ? answersOf(form, item).map(({ score }) => score) : [];
    return say(
      !given.scores.every((score) => possible.includes(score)),
      path,
      `item ${given.item} has no such answers`,
    );
  });
};

/** A form is asked in one pass: what decides whether an item is asked is itself always asked, and skipping adds nothing to the total. */
const branching: Check = (form) =>
  form.items.flatMap((item, i) => {
    if (!item.askedIf) return [];
    const decider = form.items.find(({ id }) => id === item.askedIf?.item);
    return [
      ...say(decider === item || decider?.askedIf !== undefined, ['items', i, 'askedIf'], 'depends on a skipped item'),
      ...say(
        item.scored && !answersOf(form, item).some(({ score }) => score === 0),
        ['items', i, 'askedIf'],
        'a scored item that may be skipped needs an answer that scores 0',
      ),
    ];
  });

/** The bands lie side by side from the lowest possible total to the highest. */
const bands: Check = (form) => {
  if (form.scoring === 'none')
    return say(
      form.bands.length > 0 ||
        form.totalLoinc !== undefined ||
        form.prorate !== undefined ||
        Object.keys(form.change).length > 0,
      ['scoring'],
      'a form without a total has no bands, no change and nothing prorated',
    );
  const { lowest, highest } = rangeOf(form);
  const ends = [lowest - 1, ...form.bands.map(({ to }) => to)];
  return [
    ...form.bands.flatMap(({ from, to }, i) =>
      say(from !== ends[i]! + 1 || to < from, ['bands', i], 'leaves a gap or overlaps'),
    ),
    ...say(ends.at(-1) !== highest, ['bands'], `do not reach the highest total, ${highest}`),
  ];
};

/** What decides response and remission has a total, is no short form and says when it is worse. */
const primary: Check = (form) =>
  say(
    form.primary &&
      (form.shortFormOf !== undefined ||
        form.scoring === 'none' ||
        form.direction !== 'higher-is-worse' ||
        ['elevatedFrom', 'response', 'remissionBeyond', 'deterioration'].some((name) => !(name in form.change))),
    ['primary'],
    'a primary scale is a full form, higher is worse, with response, remission and deterioration',
  );

const ages: Check = ({ ages: range }) =>
  say(range !== undefined && range.from > range.to, ['ages'], 'end before they begin');

/** So it is kept (AssessmentRecorded): a questionnaire with a higher one would be refused whole, whatever else it says. */
const difficulty: Check = ({ difficulty: asked }) =>
  say(
    (asked?.answers ?? []).some(({ score }) => score > 3),
    ['difficulty', 'answers'],
    'score from 0 to 3',
  );

const CHECKS: readonly Check[] = [wording, names, references, branching, bands, primary, ages, difficulty];

/** Where the parts of a file contradict each other; empty when they agree. */
export const contradictions: Check = (form) => CHECKS.flatMap((check) => check(form));
