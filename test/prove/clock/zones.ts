/** Zones whose clock changes are unlike: by an hour in spring and in autumn, in the north and in the south, at midnight, by half an hour. */
export const CHANGING_ZONES = [
  'America/New_York',
  'America/Los_Angeles',
  'Europe/London',
  'America/Santiago',
  'Australia/Lord_Howe',
] as const;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Local date and time by the runtime's own zone data, in words that sort. */
export const shownIn = (zone: string, instant: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);

/** Minutes ahead of UTC. */
const offset = (zone: string, instant: number): number =>
  Math.round((Date.parse(`${shownIn(zone, instant).replace(' ', 'T')}Z`) - instant) / 60_000);

/** The first hour from `after` on in which the zone's clock is changed. */
export function nextChange(zone: string, after: number): number {
  for (let hour = Math.ceil(after / HOUR) * HOUR; ; hour += HOUR)
    if (offset(zone, hour) !== offset(zone, hour + HOUR)) return hour;
}

/** The instant at which the zone's clock shows this time on the local day that so many days lie from `around`. */
export function localInstant(zone: string, around: number, days: number, time: string): number {
  const wanted = `${shownIn(zone, around + days * DAY).slice(0, 10)} ${time}:00`;
  const guess = Date.parse(`${wanted.replace(' ', 'T')}Z`);
  const found = [-1, 0, 1].map((shift) => guess - offset(zone, guess + shift * DAY) * 60_000);
  const one = found.find((instant) => shownIn(zone, instant) === wanted);
  if (one === undefined) throw new Error(`${wanted} is never shown in ${zone}`);
  return one;
}
