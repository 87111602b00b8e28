import type { Parameter, Pathway } from '../pathway/index.js';

/** The numbers by which a follow-up was derived: parameters of the pathway by key, and the spacing that a treatment plan asks for. */
export type Numbers = Readonly<Record<string, number>>;

/** Keys of what a treatment plan may ask for in place of the pathway. */
export const PLAN_NUMBERS = { contactEvery: 'plan.contactEvery', reassessEvery: 'plan.reassessEvery' } as const;

/** A pathway that notes which of its parameters are read; `taken` answers those read since it was asked last. */
export function recording(pathway: Pathway): { readonly pathway: Pathway; readonly taken: () => Numbers } {
  let read: Record<string, number> = {};
  const parameters = new Proxy(pathway.parameters, {
    get(target, key: string): Parameter | undefined {
      const parameter = target[key];
      if (parameter) read[key] = parameter.value;
      return parameter;
    },
  });
  const taken = (): Numbers => {
    const before = read;
    read = {};
    return before;
  };
  return { pathway: { ...pathway, parameters }, taken };
}

/** Which number of these a row took would say a level of risk, and that is sealed. */
const SAYS_A_LEVEL = /^risk(-consult)?\.(low|moderate|high)$|^no-contact\.high-risk$/;

/** The numbers that may stand in plain facts. */
export const plainNumbers = (numbers: Numbers): Numbers =>
  Object.fromEntries(Object.entries(numbers).filter(([key]) => !SAYS_A_LEVEL.test(key)));
