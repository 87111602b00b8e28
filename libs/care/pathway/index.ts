import { DEFAULT_PATHWAY_FILE } from './default.js';
import { Pathway } from './schema.js';

export { Pathway, Parameter, parameter, problemsOf } from './schema.js';
export type { ParameterKey } from './default.js';

/** The pathway that ships, checked against its own schema when the module loads. */
export const DEFAULT_PATHWAY: Pathway = Pathway.parse(structuredClone(DEFAULT_PATHWAY_FILE));

/** One rules version per build. Code older than an episode's refuses to derive (decision 8). */
export const RULES_VERSION = 1;
