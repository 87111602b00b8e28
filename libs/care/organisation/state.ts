import type { Actor, Unreadable } from '../event-type.js';
import type { Role } from '../words.js';
import type { SiteCalendar } from './events.js';

/** A version of something the organisation set, and where its stream says so. Episodes pin old versions, so none is forgotten. */
export interface Since<T> {
  readonly value: T;
  readonly revision: number;
  readonly recordedAt: string;
  readonly by: Actor;
}

export type AdoptedPathway = Readonly<Record<string, unknown>>;

export interface Site {
  readonly site: string;
  readonly name: string;
  /** Every calendar it ever had, in order; the last one holds. */
  readonly calendars: readonly Since<SiteCalendar>[];
  readonly onCall?: string;
  readonly secondOwner?: string;
}

export interface StaffMember {
  readonly staff: string;
  readonly role: Role;
  /** Absent: works for all sites. */
  readonly site?: string;
  readonly active: boolean;
  readonly name?: string | Unreadable;
}

/** Who does no care has no patients, and cannot stand in for somebody who has. */
export const CARING: ReadonlySet<Role> = new Set<Role>([
  'care-manager',
  'supervisor',
  'psychiatric-consultant',
  'provider',
]);

/** Somebody covers for somebody else from `from` until just before `until`. */
export interface Coverage {
  readonly absent: string;
  readonly cover: string;
  readonly from: string;
  readonly until: string;
}

export interface OrganisationState {
  /** Null until the organisation is opened. */
  readonly name: string | null;
  readonly sites: ReadonlyMap<string, Site>;
  /** Every pathway ever adopted, in order; the last one is the current one. */
  readonly pathways: readonly Since<AdoptedPathway>[];
  readonly staff: ReadonlyMap<string, StaffMember>;
  readonly coverage: readonly Coverage[];
}

export const initialOrganisation: OrganisationState = {
  name: null,
  sites: new Map(),
  pathways: [],
  staff: new Map(),
  coverage: [],
};

/** Hours, holidays and closures that hold at the site now; undefined for a site the organisation does not have. */
export const calendarOf = (state: OrganisationState, site: string): SiteCalendar | undefined =>
  state.sites.get(site)?.calendars.at(-1)?.value;

/** The care pathway that new episodes follow; undefined before the first was adopted. */
export const currentPathway = (state: OrganisationState): AdoptedPathway | undefined => state.pathways.at(-1)?.value;
