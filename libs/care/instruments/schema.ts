import { z } from 'zod';
import { InstrumentCode, Language } from '../words.js';

/** A code of the LOINC table, an answer code (LA…) or an answer list (LL…), with its check digit. */
const Loinc = z.string().regex(/^\d{3,6}-\d$/, 'a LOINC code');
const LoincAnswer = z.string().regex(/^LA\d{2,6}-\d$/, 'a LOINC answer code');
const LoincList = z.string().regex(/^LL\d{2,6}-\d$/, 'a LOINC answer list');

/** One answer: what it scores, its official wording, its LOINC answer code. */
const Answer = z.strictObject({ score: z.int().min(0), text: z.string().min(1), loinc: LoincAnswer });

const Item = z.strictObject({
  /** The number by which the field speaks of it: '9' is item 9. */
  id: z.string().min(1),
  loinc: Loinc,
  text: z.string().min(1),
  /** Answer codes other systems send for this item; read, never written. */
  alsoAccepts: z.array(z.strictObject({ loinc: LoincAnswer, score: z.int().min(0) })).optional(),
});

/** A question that belongs to the form and does not count towards its total. */
const UnscoredItem = Item.omit({ alsoAccepts: true }).extend({
  answers: z.array(Answer).min(2),
  answersLoinc: LoincList,
});

/**
 * A questionnaire as data: official wording, codes, bands, and what counts as change. Points are raw points of the total.
 * Never edited once released: another wording or another way to score is another `version` (domain.md §2.6).
 */
export const Instrument = z.strictObject({
  code: InstrumentCode,
  version: z.string().min(1),
  title: z.string().min(1),
  language: Language,
  /** SHA-256 of the wording a patient sees, in hexadecimal; a spec proves it, so that no word changes unnoticed. */
  wordingHash: z.string().regex(/^[0-9a-f]{64}$/),
  panelLoinc: Loinc,
  totalLoinc: Loinc,
  stem: z.string().min(1),
  /** Days the questions look back over. */
  lookBackDays: z.int().min(1),
  items: z.array(Item).min(1),
  answers: z.array(Answer).min(2),
  answersLoinc: LoincList,
  unscored: z.array(UnscoredItem),
  /** Severity by total, without a gap from 0 to the highest possible. */
  bands: z.array(z.strictObject({ from: z.int().min(0), to: z.int().min(0), name: z.string().min(1) })).min(1),
  direction: z.literal('higher-is-worse'),
  /** A total from here on is elevated: it can serve as a baseline that response is judged by. */
  elevatedFrom: z.int(),
  response: z.strictObject({ dropFraction: z.number().gt(0).lt(1) }),
  remissionBelow: z.int(),
  /** A rise by so many points from the best or the last total is a deterioration. */
  deteriorationRise: z.int().min(1),
  /** A change by so many points is more than the noise of measuring. */
  reliableChange: z.int().min(1),
  /** A drop by so many points within four to six weeks is an adequate early response. */
  earlyDrop: z.int().min(1),
  /** Position in `items` (0-based) of the question about self-harm; null when the form has none. */
  safetyItem: z.int().min(0).nullable(),
  /** Up to so many missing answers a prorated total is shown; it never counts as a score. */
  prorate: z.strictObject({ maxMissing: z.int().min(0) }),
  licence: z.string().min(1),
  sources: z.array(z.string().min(1)).min(1),
});
export type Instrument = z.infer<typeof Instrument>;
