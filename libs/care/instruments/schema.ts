import { z } from 'zod';
import { InstrumentCode, Language } from '../words.js';

/** A code of the LOINC table, an answer code (LA…) or an answer list (LL…), with its check digit. */
const Loinc = z.string().regex(/^\d{3,6}-\d$/, 'a LOINC code');
const LoincAnswer = z.string().regex(/^LA\d{2,6}-\d$/, 'a LOINC answer code');
const LoincList = z.string().regex(/^LL\d{2,6}-\d$/, 'a LOINC answer list');
const Words = z.string().min(1);

/** How public a source is: `°` a default of our reference without a public source, `*` our own proposal, '' sourced (as in the pathway). */
const Mark = z.enum(['', '°', '*']).default('');
/** A number of care with what stands behind it. */
const Cited = z.strictObject({ value: z.number(), source: Words, mark: Mark });

/** One answer, in the order of the form: what it scores, its official wording, its code. It is sent as its score or its code. */
const Answer = z.strictObject({
  score: z.int().min(0),
  text: Words.optional(),
  loinc: LoincAnswer.optional(),
  /** Other ways in which it comes in; read, never written. */
  also: z.array(z.union([Words, z.boolean()])).default([]),
});
const Answers = z.array(Answer).min(2);

/** Answers of one item, by their scores. */
const Given = z.strictObject({ item: Words, scores: z.array(z.int()).min(1) });

const Item = z.strictObject({
  /** The number by which the field speaks of it: '9' is item 9. */
  id: Words,
  loinc: Loinc.optional(),
  /** The official wording; absent where the licence does not let us ship it. */
  text: Words.optional(),
  /** What it asks about, in our own words; for staff, never shown as the question. */
  about: Words.optional(),
  /** Where they differ from those of the form. */
  answers: Answers.optional(),
  answersLoinc: LoincList.optional(),
  /** False: it belongs to the form and does not count towards its total. */
  scored: z.boolean().default(true),
  /** False: a form without it is complete. */
  required: z.boolean().default(true),
  /** Asked only after such an answer to another item; a form that was not to ask it is complete without. */
  askedIf: Given.optional(),
});

/** Severity by total, in the order of the totals. */
const Band = z.strictObject({ from: z.int().min(0), to: z.int().min(0), name: Words });

/** What counts as change (research §2.8). Totals are totals of the form; points are points of it. Absent: no definition is known. */
const Change = z.strictObject({
  /** This total and worse: positive, or high enough that response is judged by it. */
  elevatedFrom: Cited.optional(),
  /** Share of the way from the baseline to the best possible total. */
  response: Cited.optional(),
  /** Better than this total. */
  remissionBeyond: Cited.optional(),
  /** Improved by so many points, where that is not response or a total no longer elevated. */
  improvement: Cited.optional(),
  /** The smallest difference in points that means something to patients. */
  meaningful: Cited.optional(),
  /** Points that are more than the noise of measuring. */
  reliable: Cited.optional(),
  /** So many points worse than the best or the last total. */
  deterioration: Cited.optional(),
  /** So many points better within four to six weeks is an adequate early response. */
  early: Cited.optional(),
});

/**
 * A questionnaire as data: codes, answers, scoring, bands, change, safety, and its wording where the licence lets us ship it.
 * Never edited once released: another wording or another way to score is another `version` (domain.md §2.6). What its parts owe to each
 * other: contradictions.ts.
 */
export const Instrument = z
  .strictObject({
    code: InstrumentCode,
    version: Words,
    title: Words,
    language: Language,
    /** Names other systems give it, in small letters with dashes. */
    alsoCalled: z.array(z.string().regex(/^[a-z0-9-]+$/)).default([]),
    /** It may decide response and remission of an episode. */
    primary: z.boolean().default(false),
    /** The form whose first items these are; a short form never counts as the primary scale (follow-up-rules G6). */
    shortFormOf: InstrumentCode.optional(),
    /** Ages in full years it is made for. A form from outside of them is recorded, with a warning. */
    ages: z.strictObject({ from: z.int().min(0), to: z.int().min(0), source: Words }).optional(),
    /** `wording`: the official wording may be passed on with software that may be used commercially. */
    licence: z.strictObject({ text: Words, url: z.url(), wording: z.boolean() }),
    /** SHA-256 of the wording a patient sees, in hexadecimal; a spec proves it, so that no word changes unnoticed. */
    wordingHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    panelLoinc: Loinc.optional(),
    totalLoinc: Loinc.optional(),
    stem: Words.optional(),
    /** Days the questions look back over. */
    lookBackDays: z.int().min(1),
    /** In the order in which answers are sent and kept. */
    items: z.array(Item).min(1),
    answers: Answers,
    answersLoinc: LoincList.optional(),
    /** The question how difficult the problems make life; kept apart from the items. */
    difficulty: Item.pick({ id: true, loinc: true, text: true, about: true })
      .extend({ id: z.literal('difficulty'), answers: Answers, answersLoinc: LoincList.optional() })
      .optional(),
    /** `sum`: the total is the sum of the scored items. `none`: the form has no total. */
    scoring: z.enum(['sum', 'none']),
    direction: z.enum(['higher-is-worse', 'higher-is-better']),
    bands: z.array(Band),
    /** Up to so many missing answers a prorated figure is shown; it never counts as a score. Absent: never. */
    prorate: z.strictObject({ maxMissing: z.int().min(1), source: Words, mark: Mark }).optional(),
    change: Change.default({}),
    /** The answers that ask for a same-day safety assessment. `whenUnanswered`: leaving the item out does so too. */
    safety: z
      .strictObject({
        source: Words,
        mark: Mark,
        triggers: z.array(Given.extend({ whenUnanswered: z.boolean() })).min(1),
      })
      .optional(),
    /** A hint for who looks first: the first level any of whose answers was given. Never the level of risk that is recorded. */
    triage: z
      .strictObject({
        loinc: Loinc.optional(),
        source: Words,
        mark: Mark,
        levels: z
          .array(z.strictObject({ level: z.enum(['low', 'moderate', 'high']), any: z.array(Given).min(1) }))
          .min(1),
      })
      .optional(),
    sources: z.array(Words).min(1),
  })
  .meta({ id: 'Instrument', description: 'A questionnaire as data; wording only where its licence lets us ship it.' });
export type Instrument = z.infer<typeof Instrument>;
export type Item = Instrument['items'][number];
