import type { LocalDate } from '../words.js';

/** Completed years on a date; who is born on 29 February has their birthday on 1 March of other years. Negative before the birth. */
export function ageOn(birthDate: LocalDate, on: LocalDate): number {
  const years = Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return on.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
