import { DIFFICULTY, FREE_USE, FREQUENCY, STEM } from './over-two-weeks.js';
import type { Instrument } from './schema.js';

/** Generalized Anxiety Disorder questionnaire, seven items, US English (domain.md §2.2; change: §2.8). */
export const GAD_7: Instrument = {
  code: 'GAD-7',
  version: '1',
  title: 'Generalized Anxiety Disorder questionnaire (GAD-7)',
  language: 'en',
  wordingHash: 'dce64c2e4dfd49c12a1f709158d75a355bd3a1f653d822c6313ebdaddefb10ec',
  panelLoinc: '69737-5',
  totalLoinc: '70274-6',
  stem: STEM,
  lookBackDays: 14,
  items: [
    { id: '1', loinc: '69725-0', text: 'Feeling nervous, anxious, or on edge' },
    {
      id: '2',
      loinc: '68509-9',
      text: 'Not being able to stop or control worrying',
      // LOINC's list for this item alone says "More days than not"; we read it and write the printed wording's LA6570-1.
      alsoAccepts: [{ loinc: 'LA18938-3', score: 2 }],
    },
    { id: '3', loinc: '69733-4', text: 'Worrying too much about different things' },
    { id: '4', loinc: '69734-2', text: 'Trouble relaxing' },
    { id: '5', loinc: '69735-9', text: 'Being so restless that it is hard to sit still' },
    // LOINC's component text says 4 weeks: a known quirk, the code is the one in use.
    { id: '6', loinc: '69689-8', text: 'Becoming easily annoyed or irritable' },
    { id: '7', loinc: '69736-7', text: 'Feeling afraid, as if something awful might happen' },
  ],
  answers: FREQUENCY,
  answersLoinc: 'LL358-3',
  unscored: [DIFFICULTY],
  bands: [
    { from: 0, to: 4, name: 'minimal' },
    { from: 5, to: 9, name: 'mild' },
    { from: 10, to: 14, name: 'moderate' },
    { from: 15, to: 21, name: 'severe' },
  ],
  direction: 'higher-is-worse',
  elevatedFrom: 10, // NYS OMH CoCM metrics; 89 % / 82 % for generalised anxiety (Spitzer 2006)
  response: { dropFraction: 0.5 }, // NYS OMH
  remissionBelow: 5, // by analogy with PHQ-9
  deteriorationRise: 4, // our proposal, from the minimal important change (Toussaint 2020)
  reliableChange: 4, // English Talking Therapies manual
  earlyDrop: 4, // our proposal, from the minimal important change (Toussaint 2020)
  safetyItem: null,
  prorate: { maxMissing: 2 }, // as PHQ-9
  licence: FREE_USE,
  sources: [
    'Spitzer, Kroenke, Williams, Löwe. Arch Intern Med 2006;166:1092',
    'phqscreeners.com, notice of free use',
    'LOINC panel 69737-5',
  ],
};
