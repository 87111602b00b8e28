const PLACEHOLDER = /\{([a-z.-]+)\}/g;

/** Words in which `{key}` names a parameter of the pathway, with each parameter put in by `say`. */
export const spelledOut = (words: string, say: (key: string) => string): string =>
  words.replaceAll(PLACEHOLDER, (_whole, key: string) => say(key));

/** The parameters that words name, in order, each once. */
export const parametersIn = (...words: readonly string[]): string[] => [
  ...new Set(words.flatMap((each) => [...each.matchAll(PLACEHOLDER)].map(([, key]) => key!))),
];
