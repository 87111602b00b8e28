import { compareInstants } from '../calendar/index.js';
import type { Notify, Role } from '../words.js';
import type { OrganisationState, StaffMember } from './state.js';

/** For which patient, and when, somebody is looked for. */
export interface Concerning {
  readonly site: string;
  readonly careManager?: string | undefined;
  readonly provider?: string | undefined;
  /** The owner of a planned task, or whom a follow-up was handed to. */
  readonly owner?: string | undefined;
  readonly formerOwner?: string | undefined;
  readonly at: string;
}

type Find = (state: OrganisationState, concerning: Concerning) => readonly string[];

/** Who covers for somebody at that moment, by the arrangement made last; undefined when nobody is needed. */
function coverOf(state: OrganisationState, absent: string, at: string): string | undefined {
  return state.coverage.findLast(
    (one) => one.absent === absent && compareInstants(one.from, at) <= 0 && compareInstants(at, one.until) < 0,
  )?.cover;
}

/** The person, or whoever covers for them, or covers for their cover; nobody when that ends with somebody who has left or is unknown. */
function present(state: OrganisationState, staff: string | undefined, at: string): readonly string[] {
  const seen = new Set<string>();
  let found = staff;
  while (found !== undefined && !seen.has(found)) {
    seen.add(found);
    const cover = coverOf(state, found, at);
    // Whoever is back before the end of their cover stands in for themselves.
    if (cover === undefined || cover === found) return state.staff.get(found)?.active ? [found] : [];
    found = cover;
  }
  return [];
}

/** Who acts for this member of staff at that moment: themselves, or their cover; undefined when nobody does. */
export const standsIn = (state: OrganisationState, staff: string, at: string): string | undefined =>
  present(state, staff, at)[0];

const onStaff = (state: OrganisationState, is: (member: StaffMember) => boolean, at: string): readonly string[] => {
  const members = [...state.staff.values()].filter((member) => member.active && is(member));
  return [...new Set(members.flatMap((member) => present(state, member.staff, at)))];
};

/** Those in a role who work for the site or for all sites; when there are none, those of the other sites. */
const inRole =
  (role: Role): Find =>
  (state, { site, at }) =>
    firstOf(state, { site, at }, [
      () => onStaff(state, (member) => member.role === role && (member.site ?? site) === site, at),
      () => onStaff(state, (member) => member.role === role, at),
    ]);

function firstOf(state: OrganisationState, concerning: Concerning, finds: readonly Find[]): readonly string[] {
  for (const find of finds) {
    const found = find(state, concerning);
    if (found.length > 0) return found;
  }
  return [];
}

const careManager: Find = (state, { careManager: staff, at }) => present(state, staff, at);
const provider: Find = (state, { provider: staff, at }) => present(state, staff, at);
const owner: Find = (state, { owner: staff, at }) => present(state, staff, at);
const formerOwner: Find = (state, { formerOwner: staff, at }) => present(state, staff, at);
const onCall: Find = (state, { site, at }) => present(state, state.sites.get(site)?.onCall, at);
const secondOwner: Find = (state, { site, at }) => present(state, state.sites.get(site)?.secondOwner, at);

/** Where a role ends that nobody holds: a step that is raised is always somebody's, as long as anybody is there. */
const LAST_RESORT: readonly Find[] = [
  inRole('supervisor'),
  inRole('administrator'),
  (state, { at }) => onStaff(state, ({ role }) => role !== 'auditor' && role !== 'integration', at),
];

const FINDS: Readonly<Record<Notify, readonly Find[]>> = {
  'care-manager': [careManager],
  supervisor: [],
  'psychiatric-consultant': [inRole('psychiatric-consultant')],
  provider: [provider],
  'on-call': [onCall],
  'second-owner': [secondOwner],
  'consult-queue': [inRole('psychiatric-consultant')],
  digest: [],
  'task-owner': [owner, careManager],
  'former-owner': [formerOwner],
};

/**
 * The staff whom a step tells at that moment (follow-up-rules G2, Terms): those in the role, or who covers for them; when there is nobody, the
 * supervisor. Somebody who has left or was never on the staff cannot be told. Empty only when nobody at all is there.
 */
export const whoIs = (state: OrganisationState, role: Notify, concerning: Concerning): readonly string[] =>
  firstOf(state, concerning, [...FINDS[role], ...LAST_RESORT]);

/** Handed over to a named person, what the care manager would hear is that person’s. */
export const holderOf = (role: Notify, owner: string | null | undefined): Notify =>
  owner && role === 'care-manager' ? 'task-owner' : role;
