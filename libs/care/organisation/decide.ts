import { compareInstants, isZone, toUtc } from '../calendar/index.js';
import { accept, refuse, type Decider, type Decision, type Refusal } from '../decider.js';
import type { OrganisationCommand, OrganisationCommandOf, OrganisationCommandType } from './commands.js';
import type { OrganisationEvent, RecordedOrganisationEvent, SiteCalendar } from './events.js';
import { evolveOrganisation } from './evolve.js';
import { calendarOf, CARING, currentPathway, initialOrganisation, type OrganisationState } from './state.js';

/** What the door hands in: why a pathway cannot be adopted in place of the one in force; null when it can. */
export interface OrganisationContext {
  readonly refusalToAdopt: (pathway: unknown, inForce: unknown) => Refusal | null;
}

type Answer = Decision<OrganisationEvent>;
type Decide<T extends OrganisationCommandType> = (
  state: OrganisationState,
  command: OrganisationCommandOf<T>,
  context: OrganisationContext,
) => Answer;

const unknownSite = (site: string) => refuse('unknown-site', `The organisation has no site ${site}.`);
const unknownStaff = (staff: string) => refuse('unknown-staff', `${staff} is not on the staff.`);

const doesNoCare = (staff: string): string => `${staff} is on the staff in a role that does no care.`;

const isActive = (state: OrganisationState, staff: string): boolean => state.staff.get(staff)?.active === true;

/** An object with its keys in one order: the log gives a pathway back in another than it was proposed in. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Whether both say the same, whatever the order of their keys. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a, inOrder) === JSON.stringify(b, inOrder);

/** An object without the keys whose value is undefined: only what was said is recorded. */
const said = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

function calendarErrors(calendar: SiteCalendar): NonNullable<Refusal['errors']> {
  const zone = isZone(calendar.zone)
    ? []
    : [{ pointer: '/calendar/zone', detail: 'not a time zone such as America/New_York' }];
  const hours = Object.entries(calendar.hours)
    .filter(([, { opens, closes }]) => closes <= opens)
    .map(([day]) => ({ pointer: `/calendar/hours/${day}`, detail: 'closes before it opens' }));
  return [...zone, ...hours];
}

/** A site must not name somebody for what cannot wait who is not there to be called, or could do nothing about it. */
function siteRefusal(
  state: OrganisationState,
  given: Pick<OrganisationCommandOf<'SetSiteHours'>, 'calendar' | 'onCall' | 'secondOwner'>,
) {
  const errors = calendarErrors(given.calendar);
  if (errors.length > 0) return refuse('invalid-calendar', 'The calendar of the site cannot be used.', errors);
  for (const staff of [given.onCall, given.secondOwner].filter((one) => one !== undefined)) {
    const member = state.staff.get(staff);
    if (!member?.active) return unknownStaff(staff);
    if (!CARING.has(member.role)) return refuse('unknown-staff', doesNoCare(staff));
  }
  return undefined;
}

const openSite: Decide<'OpenSite'> = (state, { site, name, calendar, onCall, secondOwner }) => {
  if (state.sites.has(site)) return refuse('site-exists', `The site ${site} is open already.`);
  const facts = said({ site, name, calendar, onCall, secondOwner });
  return siteRefusal(state, facts) ?? accept({ type: 'SiteOpened', facts, sealed: null });
};

const setSiteHours: Decide<'SetSiteHours'> = (state, { site, calendar, onCall, secondOwner }) => {
  const known = state.sites.get(site);
  if (!known) return unknownSite(site);
  const facts = said({ site, calendar, onCall, secondOwner });
  const refusal = siteRefusal(state, facts);
  if (refusal) return refusal;
  const unchanged =
    same(calendarOf(state, site), calendar) &&
    (onCall ?? known.onCall) === known.onCall &&
    (secondOwner ?? known.secondOwner) === known.secondOwner;
  return unchanged ? accept() : accept({ type: 'SiteHoursSet', facts, sealed: null });
};

const adoptPathway: Decide<'AdoptPathway'> = (state, { pathway }, { refusalToAdopt }) => {
  const inForce = currentPathway(state);
  const refusal = refusalToAdopt(pathway, inForce);
  if (refusal) return { refusal };
  if (same(inForce, pathway)) return accept();
  return accept({ type: 'PathwayAdopted', facts: { pathway }, sealed: null });
};

const addStaff: Decide<'AddStaff'> = (state, { staff, role, site, name, email, phone }) => {
  if (isActive(state, staff)) return refuse('staff-exists', `${staff} is on the staff already.`);
  if (site !== undefined && !state.sites.has(site)) return unknownSite(site);
  return accept({ type: 'StaffJoined', facts: said({ staff, role, site }), sealed: said({ name, email, phone }) });
};

const removeStaff: Decide<'RemoveStaff'> = (state, { staff }) => {
  if (!state.staff.has(staff)) return unknownStaff(staff);
  return isActive(state, staff) ? accept({ type: 'StaffLeft', facts: { staff }, sealed: null }) : accept();
};

const arrangeCoverage: Decide<'ArrangeCoverage'> = (state, command) => {
  const { absent, cover } = command;
  // Somebody who has left may still be covered, until the last of their patients has a new care manager.
  if (!state.staff.has(absent)) return unknownStaff(absent);
  const standIn = state.staff.get(cover);
  if (!standIn?.active) return unknownStaff(cover);
  const isBack = absent === cover && state.coverage.some((known) => known.absent === absent);
  if (absent === cover && !isBack) return refuse('invalid-coverage', 'Nobody covers for themselves.');
  if (!isBack && !CARING.has(standIn.role)) return refuse('invalid-coverage', doesNoCare(cover));
  if (compareInstants(command.until, command.from) <= 0)
    return refuse('invalid-coverage', 'The cover ends before it begins.');
  const facts = { absent, cover, from: toUtc(command.from), until: toUtc(command.until) };
  // Of several the one made last holds: an earlier one may have to be arranged again.
  const holding = state.coverage.findLast((known) => known.absent === absent);
  if (holding && same(holding, facts)) return accept();
  return accept({ type: 'CoverageArranged', facts, sealed: null });
};

const holdReviewSession: Decide<'HoldReviewSession'> = (state, { attendees, episodes }) => {
  const stranger = attendees.find((staff) => !state.staff.has(staff));
  if (stranger !== undefined) return unknownStaff(stranger);
  return accept({ type: 'ReviewSessionHeld', facts: { attendees, episodes }, sealed: null });
};

function decideOrganisation(
  state: OrganisationState,
  command: OrganisationCommand,
  context: OrganisationContext,
): Answer {
  if (command.type === 'OpenOrganisation') {
    if (state.name !== null) return refuse('organisation-exists', 'The organisation is open already.');
    return accept({ type: 'OrganisationOpened', facts: { name: command.name }, sealed: null });
  }
  if (state.name === null) return refuse('unknown-organisation', 'The organisation has not been opened.');
  switch (command.type) {
    case 'OpenSite':
      return openSite(state, command, context);
    case 'SetSiteHours':
      return setSiteHours(state, command, context);
    case 'AdoptPathway':
      return adoptPathway(state, command, context);
    case 'AddStaff':
      return addStaff(state, command, context);
    case 'RemoveStaff':
      return removeStaff(state, command, context);
    case 'ArrangeCoverage':
      return arrangeCoverage(state, command, context);
    case 'HoldReviewSession':
      return holdReviewSession(state, command, context);
  }
}

export const organisationDecider: Decider<
  OrganisationState,
  OrganisationCommand,
  OrganisationEvent,
  RecordedOrganisationEvent,
  OrganisationContext
> = {
  category: 'organisation',
  initial: initialOrganisation,
  decide: (state, command, _circumstances, context) => decideOrganisation(state, command, context),
  evolve: evolveOrganisation,
};
