import type { LocalDate } from '../words.js';
import { boundedMemo } from './bounded-memo.js';

/** Enough for the due dates of some thousands of episodes; an entry takes about 100 bytes. */
const REMEMBERED = 20_000;

/** A name such as America/New_York. To the language +02:00 is a zone too, but not to a clinic: it knows no summer time. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/** The one written form of an instant, ISO 8601 in UTC with milliseconds: it sorts as text. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const written = (instant: Temporal.Instant): string => instant.toString({ fractionalSecondDigits: 3 });

/** Whether the language knows this IANA time zone. */
export function isZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

const walls = boundedMemo<string, { readonly date: LocalDate; readonly time: string }>(REMEMBERED);
const onTheWall = (instant: string, zone: string) =>
  walls(`${zone}|${instant}`, () => {
    const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
    return {
      date: local.toPlainDate().toString(),
      time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
    };
  });

/** The date of an instant on the wall of that zone. */
export const localDate = (instant: string, zone: string): LocalDate => onTheWall(instant, zone).date;

/** The time of an instant on the wall of that zone, HH:MM. */
export const localTime = (instant: string, zone: string): string => onTheWall(instant, zone).time;

/** A time that the clock skips becomes the first valid one after the gap, one that it shows twice the earlier (domain.md §9.1). */
function resolve(wall: Temporal.PlainDateTime, zone: string): string {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(wall)) return written(earlier.toInstant());
  return written((earlier.getTimeZoneTransition('next') ?? earlier).toInstant());
}

const resolved = boundedMemo<string, string>(REMEMBERED);

/** The instant at which the wall of that zone shows `date` and `time` (HH:MM). 02:30 in a spring gap is 03:00; 01:30 in autumn the first of two. */
export const atLocal = (date: LocalDate, time: string, zone: string): string =>
  resolved(`${zone}|${date}T${time}`, () => resolve(Temporal.PlainDateTime.from(`${date}T${time}`), zone));

const moved = boundedMemo<string, string>(REMEMBERED);

/** The same local time `days` days later, whatever the clocks did in between (domain.md §9.1). */
export const plusLocalDays = (instant: string, days: number, zone: string): string =>
  moved(`${zone}|${instant}|${days}`, () =>
    resolve(Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime().add({ days }), zone),
  );

/** So many hours of elapsed time later; parts of an hour count to the millisecond. */
export const plusHours = (instant: string, hours: number): string =>
  new Date(Date.parse(toUtc(instant)) + Math.round(hours * 3_600_000)).toISOString();

/** The same moment in the one written form: UTC with milliseconds. */
export const toUtc = (instant: string): string =>
  WRITTEN.test(instant) ? instant : written(Temporal.Instant.from(instant));

/** Negative when `a` is earlier than `b`, 0 when they are the same moment, positive when later; offsets may differ. */
export function compareInstants(a: string, b: string): number {
  const [first, second] = [toUtc(a), toUtc(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The later of two instants, in UTC with milliseconds. */
export const laterInstant = (a: string, b: string): string => toUtc(compareInstants(a, b) >= 0 ? a : b);
