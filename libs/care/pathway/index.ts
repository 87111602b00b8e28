import { DEFAULT_PATHWAY_FILE } from './default.js';
import { DEMO_FILE } from './demo.js';
import { MONTHLY_FLOOR_FILE } from './monthly-floor.js';
import { Pathway } from './schema.js';

export { refusalToAdopt } from './adopting.js';
export { changesBetween, type ParameterChange } from './changes.js';
export { completed, saysTheSame, withClass } from './compose.js';
export { Pathway, Parameter, parameter, problemsOf, type ParameterClass, type PathwayProblem } from './schema.js';
export type { ParameterKey } from './default.js';

/** The pathways that ship, each checked against the schema when the module loads. */
export const SHIPPED_PATHWAYS: ReadonlyMap<string, Pathway> = new Map(
  [DEFAULT_PATHWAY_FILE, MONTHLY_FLOOR_FILE, DEMO_FILE].map((file) => [file.id, Pathway.parse(structuredClone(file))]),
);

/** The one that a first start adopts, and the floor for what concerns safety. */
export const DEFAULT_PATHWAY: Pathway = SHIPPED_PATHWAYS.get(DEFAULT_PATHWAY_FILE.id)!;

/** One rules version per build. Code older than an episode's refuses to derive (decision 8). */
export const RULES_VERSION = 6;
