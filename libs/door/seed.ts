import { v5 } from 'uuid';
import { DEFAULT_PATHWAY, usFederalHolidays, type OrganisationCommand, type SiteCalendar } from '#care';
import type { Organisations } from './organisations.js';
import type { Clock } from './port.js';

export interface SeedOptions {
  readonly organisations: Pick<Organisations, 'handle' | 'load'>;
  readonly clock: Clock;
  /** Of the site, such as America/New_York; the caller takes it from the machine. */
  readonly zone: string;
}

export const SEED_ORGANISATION = 'clinic';
export const SEED_SITE = 'main';
const SEED_NAMESPACE = 'c2a1b9de-7c44-5b27-8a7e-3d7d0a6f5b10';

const DAY = { opens: '08:00', closes: '17:00' };

/** Monday to Friday 08:00–17:00; holidays from two years back, for records brought along, to three ahead. */
const calendar = (zone: string, year: number): SiteCalendar => ({
  zone,
  hours: { '1': DAY, '2': DAY, '3': DAY, '4': DAY, '5': DAY },
  holidays: usFederalHolidays(year - 2, year + 3),
});

const STAFF = [
  { staff: 'cm-1', role: 'care-manager' },
  { staff: 'cm-2', role: 'care-manager' },
  { staff: 'sup-1', role: 'supervisor' },
  { staff: 'psy-1', role: 'psychiatric-consultant' },
  { staff: 'pcp-1', role: 'provider' },
  { staff: 'admin-1', role: 'administrator' },
  { staff: 'audit-1', role: 'auditor' },
] as const;

/**
 * What a first start in the try profile puts there: an organisation with one site, the default pathway and one person per role. A start
 * that was cut short is carried on; an organisation that is complete is left alone, whatever was changed in it since.
 */
export async function seedClinic({ organisations, clock, zone }: SeedOptions): Promise<void> {
  const { state } = await organisations.load(SEED_ORGANISATION);
  if (state.staff.has(STAFF[STAFF.length - 1]!.staff)) return;
  const year = clock.now().getUTCFullYear();
  const commands: readonly (readonly [name: string, command: OrganisationCommand])[] = [
    ['open', { type: 'OpenOrganisation', name: 'Clinic' }],
    ['pathway', { type: 'AdoptPathway', pathway: DEFAULT_PATHWAY }],
    ['site', { type: 'OpenSite', site: SEED_SITE, name: 'Main site', calendar: calendar(zone, year) }],
    ...STAFF.map(({ staff, role }) => [staff, { type: 'AddStaff', staff, role }] as const),
  ];
  for (const [name, command] of commands) {
    const outcome = await organisations.handle(SEED_ORGANISATION, {
      commandId: v5(name, SEED_NAMESPACE),
      command,
      actor: 'system:seed',
      actorRole: 'system',
      organisation: SEED_ORGANISATION,
    });
    if (outcome.kind === 'refused')
      throw new Error(`The first organisation cannot be set up: ${outcome.refusal.detail}`);
  }
}
