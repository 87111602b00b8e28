import {
  calendarOf,
  nextBusinessDay,
  standsIn,
  whoIs,
  type LocalDate,
  type OrganisationState,
  type Pathway,
} from '#care';
import type { DayItem } from './item.js';
import type { Moment } from './moment.js';
import type { Standing } from './standing.js';

/** Whose reason it is and where. `patientId` is null while events of the episode are set aside. */
export interface Subject {
  readonly episodeId: string;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly unreadable: boolean;
  readonly site: string | null;
  readonly zone: string;
  readonly careManager: string | null;
  readonly provider: string | null;
  readonly scale: string | null;
}

export interface StandingOut {
  readonly subject: Subject;
  readonly standing: Standing;
}

/** Everything the lists of one day are made of, fetched once. */
export interface ClinicDay {
  readonly moment: Moment;
  readonly pathway: Pathway;
  readonly organisation: OrganisationState;
  readonly items: readonly DayItem[];
  readonly standing: readonly StandingOut[];
  /** Episodes whose question to the consultant waits for a recommendation. */
  readonly asked: ReadonlySet<string>;
  readonly today: (of: { readonly zone: string }) => LocalDate;
}

export const subjectOf = ({ episodeId, zone, episode }: DayItem): Subject => ({
  episodeId,
  zone,
  patientId: episode?.patientId ?? null,
  patientName: episode?.patientName ?? null,
  unreadable: episode === null || episode.unreadable,
  site: episode?.site ?? null,
  careManager: episode?.careManager ?? null,
  provider: episode?.provider ?? null,
  scale: episode?.scale ?? null,
});

/**
 * The one person who is to act: whom it was handed to, else the care manager or their cover, else whoever a step would fall to. Where
 * several hold that role it is the first of them, so that nothing is counted twice.
 */
export function ownerOf(subject: Subject, handedTo: string | null, { organisation, moment }: ClinicDay): string | null {
  const [owner = null] = whoIs(organisation, handedTo === null ? 'care-manager' : 'task-owner', {
    site: subject.site ?? '',
    careManager: subject.careManager ?? undefined,
    provider: subject.provider ?? undefined,
    owner: handedTo ?? undefined,
    at: moment.now(subject.zone),
  });
  return owner;
}

/** Nobody is the patient's care manager, or who is has left and nobody covers. */
export const isUnattended = ({ careManager, zone }: Subject, { organisation, moment }: ClinicDay): boolean =>
  careManager === null || standsIn(organisation, careManager, moment.now(zone)) === undefined;

/** The next day on which the patient's site is open. */
export function nextDayOf(subject: Pick<Subject, 'site' | 'zone'>, { organisation, today }: ClinicDay): LocalDate {
  const calendar =
    calendarOf(organisation, subject.site ?? '') ?? [...organisation.sites.values()][0]?.calendars.at(-1)?.value;
  const day = today(subject);
  return calendar ? nextBusinessDay(calendar, day) : day;
}
