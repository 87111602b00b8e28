import { EventStoreError } from './port.js';

/** Before the first event of a log. */
export const START = '0'.repeat(20);

/** A place in the log as text: twenty digits, so that text order is log order. */
export function toPosition(place: number): string {
  return String(place).padStart(20, '0');
}

/** The place a position names, or null when it is not one of ours (a checkpoint from another kind of store, say). */
export function placeOf(position: string): number | null {
  return /^\d{20}$/.test(position) ? Number(position) : null;
}

/** @throws EventStoreError `invalid` when it is not one of our positions */
export function toPlace(position: string): number {
  const place = placeOf(position);
  if (place === null) throw new EventStoreError('invalid', 'not a position of this store');
  return place;
}
