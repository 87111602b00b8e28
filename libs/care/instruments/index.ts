export { ageOutside } from './ages.js';
export { addInstrument, INSTRUMENTS, instrument, InvalidInstrument, PRIMARY_SCALES } from './catalogue.js';
export { Instrument } from './schema.js';
export { keepable, type Answers, type SetAside } from './answers.js';
export { rangeOf } from './range.js';
export { safetyOfItems, triageOf, type Safety, type Triage } from './safety.js';
export { scoreAnswers, type NothingUsable, type Score } from './score.js';
export {
  bandOf,
  bestOf,
  betterBy,
  deteriorated,
  isElevated,
  isImproved,
  isReliableChange,
  isReliablyWorse,
  isRemission,
  isResponse,
} from './change.js';
