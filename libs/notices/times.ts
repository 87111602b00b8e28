import {
  atLocal,
  calendarOf,
  currentPathway,
  DEFAULT_PATHWAY,
  isBusinessDay,
  localDate,
  type AdoptedPathway,
  type OrganisationState,
  type ParameterKey,
  type SiteCalendar,
} from '#care';

/** What is raised at the beginning of the day is raised within a minute: the list waits a little, so that it is on it. */
const LIST_WAITS_MINUTES = 5;

/** A number of an adopted pathway; the shipped one’s where that is older than the number. */
function numberIn(pathway: AdoptedPathway | undefined, key: ParameterKey): number {
  const parameters = pathway?.['parameters'] as Record<string, { value: number } | undefined> | undefined;
  return parameters?.[key]?.value ?? DEFAULT_PATHWAY.parameters[key]!.value;
}

/** A number of the pathway in force. */
const numberOf = (state: OrganisationState, key: ParameterKey): number => numberIn(currentPathway(state), key);

/** When all that a morning raises is there, in minutes of the day: an episode keeps the morning of the pathway it began with. */
function afterMornings(state: OrganisationState): number {
  const followed = [currentPathway(state), ...state.pathways.map(({ value }) => value)];
  return Math.max(...followed.map((pathway) => numberIn(pathway, 'day.starts'))) + LIST_WAITS_MINUTES;
}

/** How much is to come at one person on one day, at most (follow-up-rules, "Against alarm fatigue" 10). */
export const loadAim = (state: OrganisationState): { rows: number; interruptions: number } => ({
  rows: numberOf(state, 'load.rows'),
  interruptions: numberOf(state, 'load.interruptions'),
});

/** Today’s list or digest of somebody. */
export interface Turn {
  readonly day: string;
  /** When it goes out. */
  readonly at: string;
}

/** Null on a day on which their site is closed: a list then waits for the next one that is not. */
export function turnOf(kind: 'list' | 'digest', state: OrganisationState, staff: string, now: string): Turn | null {
  const calendar = homeOf(state, staff);
  if (!calendar) return null;
  const day = localDate(now, calendar.zone);
  const list = afterMornings(state);
  const minutes = kind === 'digest' ? Math.max(numberOf(state, 'digest.at'), list) : list;
  return isBusinessDay(calendar, day) ? { day, at: atLocal(day, clock(minutes), calendar.zone) } : null;
}

/** The calendar by which somebody lives: their site’s, or that of the first one when they work for all. */
function homeOf(state: OrganisationState, staff: string): SiteCalendar | undefined {
  const site = state.staff.get(staff)?.site ?? state.sites.keys().next().value;
  return site === undefined ? undefined : calendarOf(state, site);
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
