import { z } from 'zod';
import { PRIMARY_SCALES } from '../instruments/index.js';
import { DEFAULT_PARAMETERS, type ParameterKey } from './default.js';

/** How firm a number is: what stands behind it. */
export const Firmness = z.enum(['evidence', 'guideline', 'regulation', 'convention', 'proposal']);

/** When a changed value reaches running episodes: safety at once, clinical at the next phase, administrative in new episodes. */
export const ParameterClass = z.enum(['safety', 'clinical', 'administrative']);

/**
 * One number of the pathway. `mark` says how public its source is: `°` a default of our reference without a public source, `*` our own
 * proposal, '' sourced. Both marks need a medical director’s signature before real use.
 */
export const Parameter = z.strictObject({
  value: z.number(),
  unit: z.enum(['business-days', 'calendar-days', 'hours', 'months', 'points', 'fraction', 'count', 'minutes-of-day']),
  class: ParameterClass,
  range: z.tuple([z.number(), z.number()]),
  firmness: Firmness,
  mark: z.enum(['', '°', '*']),
  source: z.string().min(1),
  meaning: z.string().min(1),
});
export type Parameter = z.infer<typeof Parameter>;

const KEYS = Object.keys(DEFAULT_PARAMETERS) as ParameterKey[];

/** A care pathway as an organisation adopts it: every parameter, each within its range. */
export const Pathway = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    version: z.int().min(1),
    title: z.string().min(1),
    primaryScale: z.enum(PRIMARY_SCALES),
    crisisLine: z.string().min(1),
    parameters: z.record(z.string(), Parameter),
  })
  .superRefine((pathway, context) => {
    for (const key of KEYS)
      if (!pathway.parameters[key]) context.addIssue({ code: 'custom', path: ['parameters', key], message: 'missing' });
    for (const [key, parameter] of Object.entries(pathway.parameters)) {
      if (!KEYS.includes(key as ParameterKey))
        context.addIssue({ code: 'custom', path: ['parameters', key], message: 'unknown parameter' });
      const [low, high] = parameter.range;
      if (parameter.value < low || parameter.value > high)
        context.addIssue({
          code: 'custom',
          path: ['parameters', key, 'value'],
          message: `${parameter.value} is outside ${low}–${high}`,
        });
    }
  });
export type Pathway = z.infer<typeof Pathway>;

/** What is wrong with a proposed pathway, in words; empty when it can be adopted. */
export function problemsOf(pathway: unknown): string[] {
  const checked = Pathway.safeParse(pathway);
  return checked.success ? [] : checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

/** The number a rule uses. Rules never hold a number of care themselves. */
export const parameter = (pathway: Pathway, key: ParameterKey): number => pathway.parameters[key]!.value;
