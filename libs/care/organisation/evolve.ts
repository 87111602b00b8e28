import { UNREADABLE } from '../event-type.js';
import type { RecordedOrganisationEvent } from './events.js';
import type { OrganisationState, Since, Site, StaffMember } from './state.js';

type Fold<T extends RecordedOrganisationEvent['type']> = Extract<RecordedOrganisationEvent, { type: T }>;

const since = <T>(value: T, event: RecordedOrganisationEvent): Since<T> => ({
  value,
  revision: event.revision,
  recordedAt: event.recordedAt,
  by: event.actor,
});

const duty = ({ onCall, secondOwner }: { onCall?: string | undefined; secondOwner?: string | undefined }) => ({
  ...(onCall === undefined ? {} : { onCall }),
  ...(secondOwner === undefined ? {} : { secondOwner }),
});

const withSite = (state: OrganisationState, site: Site): OrganisationState => ({
  ...state,
  sites: new Map(state.sites).set(site.site, site),
});

const withMember = (state: OrganisationState, member: StaffMember): OrganisationState => ({
  ...state,
  staff: new Map(state.staff).set(member.staff, member),
});

function hoursSet(state: OrganisationState, event: Fold<'SiteHoursSet'>): OrganisationState {
  const known = state.sites.get(event.facts.site);
  if (!known) return state;
  const calendars = [...known.calendars, since(event.facts.calendar, event)];
  return withSite(state, { ...known, ...duty(event.facts), calendars });
}

function joined(state: OrganisationState, { facts, sealed }: Fold<'StaffJoined'>): OrganisationState {
  const name = sealed === UNREADABLE ? UNREADABLE : sealed.name;
  return withMember(state, {
    staff: facts.staff,
    role: facts.role,
    active: true,
    ...(facts.site === undefined ? {} : { site: facts.site }),
    ...(name === undefined ? {} : { name }),
  });
}

function left(state: OrganisationState, { facts }: Fold<'StaffLeft'>): OrganisationState {
  const known = state.staff.get(facts.staff);
  return known ? withMember(state, { ...known, active: false }) : state;
}

/** Folds one event; never throws. What refers to something unknown changes nothing. */
export function evolveOrganisation(state: OrganisationState, event: RecordedOrganisationEvent): OrganisationState {
  switch (event.type) {
    case 'OrganisationOpened':
      return { ...state, name: event.facts.name };
    case 'SiteOpened': {
      const { site, name, calendar } = event.facts;
      return withSite(state, { site, name, calendars: [since(calendar, event)], ...duty(event.facts) });
    }
    case 'SiteHoursSet':
      return hoursSet(state, event);
    case 'PathwayAdopted':
      return { ...state, pathways: [...state.pathways, since(event.facts.pathway, event)] };
    case 'StaffJoined':
      return joined(state, event);
    case 'StaffLeft':
      return left(state, event);
    case 'CoverageArranged':
      return { ...state, coverage: [...state.coverage, event.facts] };
    default:
      // ReviewSessionHeld, and types of a later version: nothing here depends on them.
      return state;
  }
}
