import type { Role } from '../words.js';
import { whoIs } from './staffing.js';
import type { OrganisationState } from './state.js';

/** Roles whose holders are told as such, whoever is named in an episode. */
const TOLD_AS_SUCH: ReadonlySet<Role> = new Set(['supervisor', 'administrator', 'psychiatric-consultant']);

/**
 * Everybody because of whom a step may be this person's at one of these moments: themselves, and whom they cover for, directly or through
 * others. Null when it may be theirs whoever is named: for a role, a duty of a site, or because nobody else is there. The other way round
 * of `whoIs`, and never narrower, so that a list can be looked up instead of being searched for.
 */
export function whoseWorkFallsTo(
  state: OrganisationState,
  staff: string,
  moments: readonly string[],
): ReadonlySet<string> | null {
  const persons = coveredBy(state, staff);
  const isOnDuty = [...state.sites.values()].some(
    ({ onCall = '', secondOwner = '' }) => persons.has(onCall) || persons.has(secondOwner),
  );
  const isToldAsSuch = [...persons].some((one) => TOLD_AS_SUCH.has(state.staff.get(one)?.role ?? 'auditor'));
  const isLastResort = moments.some((at) => whoIs(state, 'supervisor', { site: '', at }).includes(staff));
  return isOnDuty || isToldAsSuch || isLastResort ? null : persons;
}

function coveredBy({ coverage }: OrganisationState, staff: string): ReadonlySet<string> {
  const persons = new Set([staff]);
  // A set is walked to what was added on the way: the covers of covers.
  for (const cover of persons) for (const one of coverage) if (one.cover === cover) persons.add(one.absent);
  return persons;
}
