import { z } from 'zod';
import { Instant, Role, SiteId, StaffId } from '../words.js';
import { SiteCalendar } from './events.js';

const Title = z.string().trim().min(1).max(200);
/** The people a site names for what cannot wait: whom a safety step tells after hours, and who comes second. */
const duty = { onCall: StaffId.optional(), secondOwner: StaffId.optional() };

/** What people and systems may ask of an organisation. Each schema is the body of a request; a command is `{ type, ...body }`. */
export const ORGANISATION_COMMANDS = {
  OpenOrganisation: z.strictObject({ name: Title }),
  OpenSite: z.strictObject({ site: SiteId, name: Title, calendar: SiteCalendar, ...duty }),
  /** The whole calendar of a site from now on. `onCall` and `secondOwner` stay as they are when absent. */
  SetSiteHours: z.strictObject({ site: SiteId, calendar: SiteCalendar, ...duty }),
  /** The whole care pathway. New episodes follow it; running ones take up its safety at once and its clinical numbers at their next phase. */
  AdoptPathway: z.strictObject({ pathway: z.record(z.string(), z.unknown()) }),
  AddStaff: z.strictObject({
    staff: StaffId,
    role: Role,
    /** Absent: works for all sites. */
    site: SiteId.optional(),
    name: z.string().trim().min(1).max(200).optional(),
    email: z.string().trim().min(1).max(200).optional(),
    phone: z.string().trim().min(1).max(40).optional(),
  }),
  RemoveStaff: z.strictObject({ staff: StaffId }),
  /** `cover` stands in for `absent` from the one instant until just before the other; `absent` themselves, when they are back early. */
  ArrangeCoverage: z.strictObject({ absent: StaffId, cover: StaffId, from: Instant, until: Instant }),
  HoldReviewSession: z.strictObject({
    attendees: z.array(StaffId).min(1).max(50),
    episodes: z.array(z.uuid()).max(500),
  }),
} as const;

export type OrganisationCommandType = keyof typeof ORGANISATION_COMMANDS;
export type OrganisationCommandOf<T extends OrganisationCommandType> = T extends T
  ? { readonly type: T } & Readonly<z.infer<(typeof ORGANISATION_COMMANDS)[T]>>
  : never;
export type OrganisationCommand = OrganisationCommandOf<OrganisationCommandType>;
