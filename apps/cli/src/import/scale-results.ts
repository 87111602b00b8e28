import { Language, AssessmentMode, EnteredBy, instrument, scoreAnswers } from '#care';
import { codeOf, WORDS } from './codes.js';
import { command, drafted, type Draft, type Drafted } from './draft.js';
import { NOON } from './dates.js';
import { BadField, said, type Fields } from './fields.js';
import { MOST_ITEMS } from './tables.js';

/**
 * A row of results: one instrument with its items or its total, or the PHQ-9 and GAD-7 scores that AIMS keeps side by side. Only a
 * row without a date or an instrument is rejected; whatever else is odd about it is kept in its note, and the answers count.
 */
export function scaleActs(fields: Fields): Drafted {
  if (fields.has('instrument')) return drafted([() => named(fields), ...beside(fields)]);
  const wide = fields.has('phq9_total') || fields.has('phq9_item9') || fields.has('gad7_total');
  if (!wide) return drafted([() => named(fields)]);
  return drafted([() => totalBesideItem9(fields), () => widePhq9(fields), () => wideGad7(fields)]);
}

const instrumentOf = (fields: Fields): string => codeOf(fields.required('instrument'), WORDS.instrument).toUpperCase();

function named(fields: Fields): Draft {
  return assessed(fields, instrumentOf(fields), {
    items: itemsOf(fields),
    total: fields.text('total'),
    difficulty: fields.text('difficulty'),
  });
}

/** What a row says beside the instrument that it names: the scores of others, and item 9 of its own PHQ-9. */
function beside(fields: Fields): readonly (() => Draft | null)[] {
  const own = instrumentOf(fields);
  return [
    ...(own === 'PHQ-9' ? [() => ownItem9(fields)] : [() => totalBesideItem9(fields), () => widePhq9(fields)]),
    ...(own === 'GAD-7' ? [] : [() => wideGad7(fields)]),
  ];
}

const ownItem9 = (fields: Fields): Draft | null => {
  const item9 = fields.text('phq9_item9');
  if (item9 === undefined || fields.has('item_9')) return null;
  return { ...assessed(fields, 'PHQ-9', { items: { 9: item9 } }), part: 'PHQ-9-item9' };
};

const widePhq9 = (fields: Fields): Draft | null => {
  const item9 = fields.text('phq9_item9');
  if (item9 === undefined && !fields.has('phq9_total')) return null;
  const items = item9 === undefined ? undefined : [null, null, null, null, null, null, null, null, item9];
  return assessed(fields, 'PHQ-9', { items, total: fields.text('phq9_total') });
};

const answersItem9 = (given: string | undefined): boolean =>
  scoreAnswers(instrument('PHQ-9')!, { items: { 9: given } }).completeness !== null;

/** With item 9 it is the total of a form with eight blanks, which has none and counts as no score: it is told by itself as well. */
const totalBesideItem9 = (fields: Fields): Draft | null =>
  answersItem9(fields.text('phq9_item9')) && fields.has('phq9_total')
    ? { ...assessed(fields, 'PHQ-9', { total: fields.text('phq9_total') }), part: 'PHQ-9-total' }
    : null;

const wideGad7 = (fields: Fields): Draft | null =>
  fields.has('gad7_total') ? assessed(fields, 'GAD-7', { total: fields.text('gad7_total') }) : null;

/** In the order of the form, null where unanswered; undefined when there is none. */
function itemsOf(fields: Fields): (string | null)[] | undefined {
  const items = Array.from({ length: MOST_ITEMS }, (_, i) => fields.text(`item_${i + 1}`) ?? null);
  const last = items.findLastIndex((item) => item !== null);
  return last < 0 ? undefined : items.slice(0, last + 1);
}

function assessed(fields: Fields, instrument: string, answers: Readonly<Record<string, unknown>>): Draft {
  const odd: string[] = [];
  const mode = known(fields.code('mode', WORDS.assessmentMode), AssessmentMode, 'mode', odd) ?? 'external';
  const enteredBy = known(fields.code('entered_by'), EnteredBy, 'entered by', odd) ?? 'staff';
  const language = known(fields.text('language')?.toLowerCase(), Language, 'language', odd) ?? 'en';
  const time = timeOf(fields, odd);
  const note = [fields.text('note'), ...odd]
    .filter((one) => one !== undefined)
    .join('; ')
    .slice(0, 10_000);
  return {
    part: instrument,
    on: fields.requiredDate('taken_on'),
    time: time ?? NOON,
    untimed: time === undefined,
    command: command('RecordAssessment', {
      instrument,
      ...said(answers),
      mode,
      enteredBy,
      language,
      imported: true,
      ...(note === '' ? {} : { note }),
    }),
  };
}

interface Schema {
  safeParse(value: unknown): { success: boolean };
}

/** The code, if it is one; what is none is kept in the note. */
function known(code: string | undefined, schema: Schema, name: string, odd: string[]): string | undefined {
  if (code === undefined || schema.safeParse(code).success) return code;
  odd.push(`${name} as given: ${code}`);
  return undefined;
}

function timeOf(fields: Fields, odd: string[]): string | undefined {
  try {
    return fields.time('time', 'taken_on');
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    odd.push(`time as given: ${fields.text('time')}`);
    return undefined;
  }
}
