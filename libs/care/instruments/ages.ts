import { fullYears } from '../calendar/index.js';
import type { LocalDate } from '../words.js';
import type { Instrument } from './schema.js';

/** The age on that day when the instrument is not made for it; a form of such a patient is kept all the same, with a warning. */
export function ageOutside({ ages }: Instrument, birthDate: LocalDate, on: LocalDate): number | undefined {
  if (!ages) return undefined;
  const age = fullYears(birthDate, on);
  return age < ages.from || age > ages.to ? age : undefined;
}
