import type { Parameter } from '#care';

type Unit = Parameter['unit'];

const UNITS: Readonly<Record<Unit, readonly [one: string, many: string]>> = {
  'business-days': ['business day', 'business days'],
  'calendar-days': ['day', 'days'],
  hours: ['hour', 'hours'],
  months: ['month', 'months'],
  points: ['point', 'points'],
  count: ['', ''],
  fraction: ['', ''],
  'minutes-of-day': ['', ''],
};

/** A value with its unit: `14 days`, `1 business day`, `50 %`, `08:00`. */
export function amount({ value, unit }: Pick<Parameter, 'value' | 'unit'>): string {
  const [one, many] = UNITS[unit];
  return `${figure(value, unit)} ${value === 1 ? one : many}`.trimEnd();
}

/** The bare value as its unit is written. */
export function figure(value: number, unit: Unit): string {
  if (unit === 'fraction') return `${value * 100} %`;
  if (unit !== 'minutes-of-day') return String(value);
  return `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;
}
