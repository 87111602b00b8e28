const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const DAY_MS = 86_400_000;

/** Days since 1970-01-01; cheap enough for every row of a page. */
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The date of a day number. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** `dayNumber` that remembers, for as long as one page is made: its dates are few. */
export function dayNumbers(): (date: string) => number {
  const known = new Map<string, number>();
  return (date) => {
    let day = known.get(date);
    if (day === undefined) known.set(date, (day = dayNumber(date)));
    return day;
  };
}

/** Whole days from one local date to another; negative when `to` is earlier. */
export const daysFrom = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

/** A date as people say it: `3 Mar`; with the year when `beside` lies in another one. */
export function spoken(date: string, beside: string = date): string {
  const [year, month, day] = date.split('-');
  const said = `${Number(day)} ${MONTHS[Number(month) - 1] ?? month}`;
  return beside.startsWith(`${year}-`) ? said : `${said} ${year}`;
}

/** `1 day`, `14 days`. */
export const inDays = (days: number): string => (days === 1 ? '1 day' : `${days} days`);
