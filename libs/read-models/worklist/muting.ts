import { localDate, mutingOf, type Muting } from '#care';
import { spoken } from '../words/dates.js';
import type { WorklistItem } from './item.js';

/** An item that is not shown for now, and why. Muting hides rows; raising goes on. */
export interface Muted<T extends WorklistItem = WorklistItem> {
  readonly item: T;
  readonly because: string;
}

/** Splits the items of one episode into those shown and those muted. */
export function mute<T extends WorklistItem>(items: readonly T[], now: string): { shown: T[]; muted: Muted<T>[] } {
  const shown: T[] = [];
  const muted: Muted<T>[] = [];
  for (const item of items) {
    const { bookedOn = null, isInpatient = false } = item.episode ?? {};
    const muting = mutingOf(item, { bookedOn, isInpatient }, now);
    if (muting === null) shown.push(item);
    else muted.push({ item, because: inWords(muting, item.zone) });
  }
  return { shown, muted };
}

function inWords(muting: Muting, zone: string): string {
  switch (muting.because) {
    case 'put-off':
      return `put off until ${spoken(localDate(muting.until, zone))}`;
    case 'appointment-booked':
      return `an appointment is booked for ${spoken(muting.on)}`;
    case 'in-hospital':
      return 'the patient is in hospital';
  }
}
