import { z } from 'zod';
import { PRIMARY_SCALES } from '../instruments/index.js';
import { DEFAULT_PARAMETERS, type ParameterKey } from './default.js';
import { ORDERED } from './order.js';

/** How firm a number is: what stands behind it. */
export const Firmness = z.enum(['evidence', 'guideline', 'regulation', 'convention', 'proposal']);

/** When a changed value reaches running episodes: safety at once, clinical at the next phase, administrative in new episodes. */
export const ParameterClass = z.enum(['safety', 'clinical', 'administrative']);
export type ParameterClass = z.infer<typeof ParameterClass>;

/**
 * One number of the pathway. `mark` says how public its source is: `°` a default of our reference without a public source, `*` our own
 * proposal, '' sourced. Both marks need a medical director’s signature before real use. Value, firmness, mark and source are the
 * clinic’s; unit, class, range and `tighter` are this build’s, and a pathway that states others is refused.
 */
export const Parameter = z.strictObject({
  value: z.number(),
  unit: z.enum(['business-days', 'calendar-days', 'hours', 'months', 'points', 'fraction', 'count', 'minutes-of-day']),
  class: ParameterClass,
  range: z.tuple([z.number(), z.number()]),
  /** Which way a value asks more of the clinic. */
  tighter: z.enum(['lower', 'higher']),
  firmness: Firmness,
  mark: z.enum(['', '°', '*']),
  source: z.string().min(1),
  meaning: z.string().min(1),
});
export type Parameter = z.infer<typeof Parameter>;

/** Something about a proposed pathway that keeps it from being adopted; the pointer is a JSON pointer into it. */
export interface PathwayProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** The parameters of this build: what each of them is, whatever value a pathway gives it. */
export const CATALOGUE: Readonly<Record<ParameterKey, Parameter>> = structuredClone(DEFAULT_PARAMETERS);
export const isParameterKey = (key: string): key is ParameterKey => Object.hasOwn(CATALOGUE, key);

const Shape = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  version: z.int().min(1),
  title: z.string().min(1),
  primaryScale: z.enum(PRIMARY_SCALES),
  crisisLine: z.string().min(1),
  /** Made to be looked at; no clinic works by it. */
  notForCare: z.literal(true).optional(),
  parameters: z.record(z.string(), Parameter),
});

/** A care pathway as an organisation adopts it: every parameter, each within its range, and none that contradicts another. */
export const Pathway = Shape.superRefine(({ parameters }, context) => {
  for (const { path, detail } of faultsIn(parameters))
    context.addIssue({ code: 'custom', path: ['parameters', ...path], message: detail });
});
export type Pathway = z.infer<typeof Pathway>;

/** Everything that is wrong with a proposed pathway; empty when it can be followed. */
export function problemsOf(pathway: unknown): PathwayProblem[] {
  const shape = Shape.safeParse(pathway);
  const ofShape = (shape.error?.issues ?? []).flatMap((issue): PathwayProblem[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'unknown field' }))
      : [{ pointer: pointerTo(issue.path), detail: issue.message }],
  );
  const given = (pathway as { parameters?: unknown } | null)?.parameters;
  const parameters = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const ofContent = faultsIn(parameters).map(({ path, detail }) => ({
    pointer: pointerTo(['parameters', ...path]),
    detail,
  }));
  return [...ofShape, ...ofContent];
}

const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

interface Fault {
  readonly path: readonly string[];
  readonly detail: string;
}

/** What the shape alone does not show; parameters that have no shape are passed over here. */
function faultsIn(parameters: Readonly<Record<string, unknown>>): Fault[] {
  const known = Object.keys(CATALOGUE) as ParameterKey[];
  const missing = known
    .filter((key) => !Object.hasOwn(parameters, key))
    .map((key) => ({ path: [key], detail: 'missing' }));
  const own = Object.entries(parameters).flatMap(([key, given]) => faultsOf(key, given));
  return [...missing, ...own, ...ORDERED.flatMap((ordering) => disorder(parameters, ordering))];
}

/** Days, months, counts and minutes are whole, and the hours between two raises: of a part of one no date, and no follow-up, could be made. */
const isWhole = (key: ParameterKey): boolean =>
  key === 'safety.repeat' || !['hours', 'points', 'fraction'].includes(CATALOGUE[key].unit);

function faultsOf(key: string, given: unknown): Fault[] {
  if (!isParameterKey(key)) return [{ path: [key], detail: 'unknown parameter' }];
  const { data } = Parameter.safeParse(given);
  if (!data) return [];
  const [low, high] = CATALOGUE[key].range;
  const outside = data.value < low || data.value > high;
  const inParts = isWhole(key) && !Number.isInteger(data.value);
  // Two raises at one instant are one: the reminder would be gone, and pass for a sooner one.
  const atOnce = CATALOGUE[key].unit === 'hours' && data.value === 0;
  const misstated = (['unit', 'class', 'range', 'tighter'] as const).filter(
    (field) => String(data[field]) !== String(CATALOGUE[key][field]),
  );
  return [
    ...(outside ? [{ path: [key, 'value'], detail: `${data.value} is outside ${low}–${high}` }] : []),
    ...(inParts ? [{ path: [key, 'value'], detail: `${data.value} is no whole number` }] : []),
    ...(atOnce ? [{ path: [key, 'value'], detail: '0 hours later is no second time' }] : []),
    ...misstated.map((field) => ({ path: [key, field], detail: `is ${String(CATALOGUE[key][field])} in this build` })),
  ];
}

function disorder(
  parameters: Readonly<Record<string, unknown>>,
  [lower, than, higher]: (typeof ORDERED)[number],
): Fault[] {
  const valueOf = (key: ParameterKey): number | undefined => Parameter.safeParse(parameters[key]).data?.value;
  const [a, b] = [valueOf(lower), valueOf(higher)];
  if (a === undefined || b === undefined || a < b || (than === '≤' && a === b)) return [];
  const must = than === '<' ? 'below' : 'at most';
  return [{ path: [lower, 'value'], detail: `${a} must be ${must} ${higher}, which is ${b}` }];
}

/** The number a rule uses. Rules never hold a number of care themselves. */
export const parameter = (pathway: Pathway, key: ParameterKey): number => pathway.parameters[key]!.value;
