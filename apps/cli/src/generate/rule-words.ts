import { DEFAULT_PATHWAY, type FollowUpKind } from '#care';
import { amount } from './parameter-words.js';
import { ROW_WORDS, spelledOut } from './row-words.js';

/** A kind's rule as a reader of one episode needs it; numbers are those of the default pathway. */
export function ruleWords(kind: FollowUpKind): { readonly superseded?: string } {
  const superseded = ROW_WORDS[kind]?.superseded;
  return superseded === undefined ? {} : { superseded: spelledOut(superseded, valueOf) };
}

const valueOf = (key: string): string => {
  const parameter = DEFAULT_PATHWAY.parameters[key];
  return parameter ? amount(parameter) : key;
};
