import { z } from 'zod';
import { eventType, type EventOf, type RecordedOf } from '../event-type.js';
import { Instant, LocalDate, LocalTime, Role, SiteId, StaffId } from '../words.js';

/** Opening hours of one site and the days it is closed: what "business day" and "close of business" mean there. */
export const SiteCalendar = z.strictObject({
  zone: z.string().min(1),
  /** Opening and closing time by ISO weekday, '1' Monday … '7' Sunday; absent: closed that day. */
  hours: z
    .partialRecord(z.enum(['1', '2', '3', '4', '5', '6', '7']), z.strictObject({ opens: LocalTime, closes: LocalTime }))
    .refine((h) => Object.keys(h).length > 0, 'a site is open on some day'),
  holidays: z.array(z.strictObject({ on: LocalDate, name: z.string().min(1) })),
  /** Emergency closures, added as they happen. */
  closures: z.array(LocalDate).optional(),
});
export type SiteCalendar = z.infer<typeof SiteCalendar>;

export const OrganisationOpened = eventType({
  type: 'OrganisationOpened',
  meaning: 'A clinic organisation began to use Followthrough.',
  facts: z.strictObject({ name: z.string() }),
});
export const SiteOpened = eventType({
  type: 'SiteOpened',
  meaning: 'A site of the organisation was opened.',
  facts: z.strictObject({
    site: SiteId,
    name: z.string(),
    calendar: SiteCalendar,
    onCall: StaffId.optional(),
    secondOwner: StaffId.optional(),
  }),
});
export const SiteHoursSet = eventType({
  type: 'SiteHoursSet',
  meaning: 'Hours, holidays or closures of a site changed.',
  facts: z.strictObject({
    site: SiteId,
    calendar: SiteCalendar,
    onCall: StaffId.optional(),
    secondOwner: StaffId.optional(),
  }),
});
/** `pathway` is the whole policy, checked by libs/care/pathway before it is accepted. */
export const PathwayAdopted = eventType({
  type: 'PathwayAdopted',
  meaning: 'The organisation adopted a care pathway.',
  facts: z.strictObject({ pathway: z.record(z.string(), z.unknown()) }),
});
export const StaffJoined = eventType({
  type: 'StaffJoined',
  meaning: 'Somebody joined the staff in a role.',
  facts: z.strictObject({ staff: StaffId, role: Role, site: SiteId.optional() }),
  sealed: z.strictObject({ name: z.string().optional(), email: z.string().optional(), phone: z.string().optional() }),
});
export const StaffLeft = eventType({
  type: 'StaffLeft',
  meaning: 'Somebody left the staff.',
  facts: z.strictObject({ staff: StaffId }),
});
export const CoverageArranged = eventType({
  type: 'CoverageArranged',
  meaning: 'Somebody covers for somebody else for a time.',
  facts: z.strictObject({ absent: StaffId, cover: StaffId, from: Instant, until: Instant }),
});
export const ReviewSessionHeld = eventType({
  type: 'ReviewSessionHeld',
  meaning: 'A systematic caseload review took place.',
  facts: z.strictObject({ attendees: z.array(StaffId), episodes: z.array(z.uuid()) }),
});

export const ORGANISATION_EVENT_TYPES = [
  OrganisationOpened,
  SiteOpened,
  SiteHoursSet,
  PathwayAdopted,
  StaffJoined,
  StaffLeft,
  CoverageArranged,
  ReviewSessionHeld,
] as const;
export type OrganisationEvent = EventOf<(typeof ORGANISATION_EVENT_TYPES)[number]>;
export type RecordedOrganisationEvent = RecordedOf<(typeof ORGANISATION_EVENT_TYPES)[number]>;
