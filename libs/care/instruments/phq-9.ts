import { DIFFICULTY, FREE_USE, FREQUENCY, STEM } from './over-two-weeks.js';
import type { Instrument } from './schema.js';

/** Patient Health Questionnaire, nine items, US English (domain.md §2.1; change: §2.8). */
export const PHQ_9: Instrument = {
  code: 'PHQ-9',
  version: '1',
  title: 'Patient Health Questionnaire (PHQ-9)',
  language: 'en',
  wordingHash: '6f0c1b2097ee52f213c63bc180e96f7d42487dca14a5ed725056417140ea87ca',
  panelLoinc: '44249-1',
  totalLoinc: '44261-6',
  stem: STEM,
  lookBackDays: 14,
  items: [
    { id: '1', loinc: '44250-9', text: 'Little interest or pleasure in doing things' },
    { id: '2', loinc: '44255-8', text: 'Feeling down, depressed, or hopeless' },
    { id: '3', loinc: '44259-0', text: 'Trouble falling or staying asleep, or sleeping too much' },
    { id: '4', loinc: '44254-1', text: 'Feeling tired or having little energy' },
    { id: '5', loinc: '44251-7', text: 'Poor appetite or overeating' },
    {
      id: '6',
      loinc: '44258-2',
      text: 'Feeling bad about yourself — or that you are a failure or have let yourself or your family down',
    },
    {
      id: '7',
      loinc: '44252-5',
      text: 'Trouble concentrating on things, such as reading the newspaper or watching television',
    },
    {
      id: '8',
      loinc: '44253-3',
      text: 'Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or restless that you have been moving around a lot more than usual',
    },
    {
      id: '9',
      loinc: '44260-8',
      text: 'Thoughts that you would be better off dead or of hurting yourself in some way',
    },
  ],
  answers: FREQUENCY,
  answersLoinc: 'LL358-3',
  unscored: [DIFFICULTY],
  bands: [
    { from: 0, to: 4, name: 'minimal' },
    { from: 5, to: 9, name: 'mild' },
    { from: 10, to: 14, name: 'moderate' },
    { from: 15, to: 19, name: 'moderately-severe' },
    { from: 20, to: 27, name: 'severe' },
  ],
  direction: 'higher-is-worse',
  elevatedFrom: 10, // NYS OMH CoCM metrics; sensitivity and specificity 88 % (Kroenke 2001)
  response: { dropFraction: 0.5 }, // NYS OMH; HEDIS DRR-E
  remissionBelow: 5, // CMS159; HEDIS DRR-E
  deteriorationRise: 5, // our proposal, from the minimal important change (Löwe 2004)
  reliableChange: 6, // English Talking Therapies manual
  earlyDrop: 5, // MacArthur table, weeks 4–6
  safetyItem: 8,
  prorate: { maxMissing: 2 }, // PHQ instruction manual
  licence: FREE_USE,
  sources: [
    'Kroenke, Spitzer, Williams. J Gen Intern Med 2001;16:606',
    'phqscreeners.com, notice of free use',
    'LOINC panel 44249-1; HL7 US Core 9 example Questionnaire; LHC-Forms',
  ],
};
