import { addDays, atLocal, daysBetween, LocalDate } from '#care';

/** The date that the example caseload is written around; `--as-of` moves it. */
export const REFERENCE_DATE = '2026-11-02';

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/;
// What ends in Z or an offset may lie on another day at the site: it is no date of it.
const ISO_WITH_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]m?)?)(?:\.\d+)?$/i;
const CLOCK = /^(\d{1,2}):(\d{2})(?::\d{2})?\s*(am|pm|a|p)?$/i;

/** `2026-11-02`, `11/2/2026` (month first, as in the United States) or `11/2/26`, as YYYY-MM-DD; null when it is no date. */
export function parseDate(text: string): string | null {
  const iso = ISO.exec(text) ?? ISO.exec(ISO_WITH_TIME.exec(text)?.[1] ?? '');
  if (iso) return dateOf(iso[1]!, iso[2]!, iso[3]!);
  const us = US.exec(text);
  if (us) return dateOf(us[3]!.length === 2 ? `20${us[3]!}` : us[3]!, us[1]!, us[2]!);
  return null;
}

function dateOf(year: string, month: string, day: string): string | null {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return LocalDate.safeParse(date).success ? date : null;
}

/** `14:30`, `2:30 PM` or `14:30:00`, as HH:MM; null when it is no time. */
export function parseTime(text: string): string | null {
  const found = CLOCK.exec(text.trim());
  if (!found) return null;
  const [, hour, minute, half] = found;
  const isAfternoon = half?.toLowerCase().startsWith('p');
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return null;
  const hours = half ? (Number(hour) % 12) + (isAfternoon ? 12 : 0) : Number(hour);
  if (hours > 23 || Number(minute) > 59) return null;
  return `${String(hours).padStart(2, '0')}:${minute}`;
}

/** The time that a date's own text carries (`2026-11-02T09:30`). */
export const timeWithin = (text: string): string | undefined => ISO_WITH_TIME.exec(text)?.[2];

/** Where the rows lie in time: the site's zone, and by how many days all dates are moved. */
export interface Calendar {
  readonly zone: string;
  readonly shift: number;
}

export const calendarOf = ({ zone, asOf }: { readonly zone: string; readonly asOf?: string }): Calendar => ({
  zone,
  shift: asOf === undefined ? 0 : daysBetween(REFERENCE_DATE, asOf),
});

export const moved = (date: string, { shift }: Calendar): string => (shift === 0 ? date : addDays(date, shift));

/** Noon unless the row says otherwise. */
export const NOON = '12:00';

export const instantOf = (date: string, time: string, calendar: Calendar): string =>
  atLocal(moved(date, calendar), time, calendar.zone);
