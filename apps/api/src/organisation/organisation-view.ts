import { z } from 'zod';
import { calendarOf, currentPathway, Role, SiteCalendar, UNREADABLE, type OrganisationState } from '#care';

export const OrganisationView = z
  .object({
    organisation: z.string(),
    name: z.string().nullable(),
    revision: z.int(),
    sites: z.array(
      z.object({
        site: z.string(),
        name: z.string(),
        calendar: SiteCalendar.nullable(),
        onCall: z.string().nullable(),
        secondOwner: z.string().nullable(),
      }),
    ),
    coverage: z.array(z.object({ absent: z.string(), cover: z.string(), from: z.string(), until: z.string() })),
    pathway: z.object({ id: z.unknown(), version: z.unknown(), title: z.unknown() }).nullable(),
  })
  .meta({ id: 'Organisation' });

export const StaffView = z
  .object({
    items: z.array(
      z.object({
        staff: z.string(),
        role: Role,
        site: z.string().nullable(),
        active: z.boolean(),
        name: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Staff' });

export function organisationView(
  organisation: string,
  revision: number,
  state: OrganisationState,
): z.infer<typeof OrganisationView> {
  const pathway = currentPathway(state);
  return {
    organisation,
    name: state.name,
    revision,
    sites: [...state.sites.values()].map(({ site, name, onCall, secondOwner }) => ({
      site,
      name,
      calendar: calendarOf(state, site) ?? null,
      onCall: onCall ?? null,
      secondOwner: secondOwner ?? null,
    })),
    coverage: state.coverage.map(({ absent, cover, from, until }) => ({ absent, cover, from, until })),
    pathway: pathway === undefined ? null : { id: pathway['id'], version: pathway['version'], title: pathway['title'] },
  };
}

export function staffView(state: OrganisationState): z.infer<typeof StaffView> {
  return {
    items: [...state.staff.values()].map(({ staff, role, site, active, name }) => ({
      staff,
      role,
      site: site ?? null,
      active,
      name: name === undefined || name === UNREADABLE ? null : name,
    })),
  };
}
