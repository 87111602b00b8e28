import { GAD_7 } from './gad-7.js';
import { PHQ_9 } from './phq-9.js';
import type { Instrument } from './schema.js';

export type { Instrument } from './schema.js';
export { scoreAnswers, type Answers, type NothingUsable, type Safety, type Score, type SetAside } from './score.js';
export {
  bandOf,
  deteriorated,
  dropSince,
  isElevated,
  isImproved,
  isReliableChange,
  isRemission,
  isResponse,
} from './change.js';

/** Every instrument we ship, by code. */
export const INSTRUMENTS: ReadonlyMap<string, Instrument> = new Map(
  [PHQ_9, GAD_7].map((instrument) => [instrument.code, instrument]),
);

/** The instrument of that code; undefined when we ship none. */
export const instrument = (code: string): Instrument | undefined => INSTRUMENTS.get(code);
