import type { Instrument } from './schema.js';

/** What PHQ-9 and GAD-7 share, printed on one sheet: stem, four answers, the question about difficulty (domain.md §2.1, §2.2). */
export const STEM = 'Over the last 2 weeks, how often have you been bothered by any of the following problems?';

export const FREQUENCY: Instrument['answers'] = [
  { score: 0, text: 'Not at all', loinc: 'LA6568-5' },
  { score: 1, text: 'Several days', loinc: 'LA6569-3' },
  { score: 2, text: 'More than half the days', loinc: 'LA6570-1' },
  { score: 3, text: 'Nearly every day', loinc: 'LA6571-9' },
];

/** The last two answer codes are out of numeric order in LOINC itself. */
export const DIFFICULTY: Instrument['unscored'][number] = {
  id: 'difficulty',
  loinc: '69722-7',
  text: 'If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, or get along with other people?',
  answers: [
    { score: 0, text: 'Not difficult at all', loinc: 'LA6572-7' },
    { score: 1, text: 'Somewhat difficult', loinc: 'LA6573-5' },
    { score: 2, text: 'Very difficult', loinc: 'LA6575-0' },
    { score: 3, text: 'Extremely difficult', loinc: 'LA6574-3' },
  ],
  answersLoinc: 'LL359-1',
};

export const FREE_USE =
  'Free to reproduce, translate, display and distribute; the rights holder, Pfizer, asks for no permission.';
