import { weekday } from '#care';

/** Parts of a working day, as patients are asked for them and as attempts are told apart by (C3). */
export const TIME_BANDS = ['morning', 'midday', 'afternoon', 'evening'] as const;
export type TimeBand = (typeof TIME_BANDS)[number];

/** The local time from which each band runs; words for a person, no rule hangs on them. */
const BEGINS: Readonly<Record<TimeBand, string>> = {
  morning: '00:00',
  midday: '11:00',
  afternoon: '14:00',
  evening: '17:00',
};

/** The band of a local time, HH:MM. */
export const bandAt = (time: string): TimeBand => TIME_BANDS.findLast((band) => BEGINS[band] <= time) ?? 'morning';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const weekdayOf = (date: string): string => WEEKDAYS[weekday(date) - 1] ?? date;
