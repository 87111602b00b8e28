import { hashOf, prevHashOf, type StoredEvent } from '#event-store';
import type { Shadow } from '../shadow.js';

/** What holds of each event, asked just before it is taken in: null, or what is wrong. `highest`: the latest the door's clock ever showed. */
export type OfEvent = (event: StoredEvent, before: Shadow, highest: string) => string | null;
/** What holds after each append. */
export type OfAppend = (append: readonly StoredEvent[], after: Shadow) => string | null;

/** Revisions count from 0 without a gap. */
export const revisionsCountUp: OfEvent = ({ revision }, before) =>
  revision === before.revision + 1 ? null : `revision ${revision} after ${before.revision}`;

/** Each event names the hash of the one before it, and its own hash is that of its content. */
export const chainVerifies: OfEvent = (event, before) => {
  const expected = before.last()?.hash ?? prevHashOf(event.streamId);
  if (event.prevHash !== expected) return 'it does not follow the event before it';
  return event.hash === hashOf(event) ? null : 'it is not what was hashed';
};

/** A stream's record never goes back in time, even when the clock does. */
export const recordGoesForward: OfEvent = ({ recordedAt }, before) => {
  const last = before.last()?.recordedAt ?? '';
  return recordedAt >= last ? null : `recorded ${recordedAt} after ${last}`;
};

/** Nothing is recorded ahead of every time that the door's clock has shown. */
export const recordedByTheDoorsClock: OfEvent = ({ recordedAt }, _before, highest) =>
  recordedAt <= highest ? null : `recorded at ${recordedAt}, and no clock was there yet (${highest})`;

/** The events of a command stand in one append, next to each other. */
export const commandHasEffectOnce: OfAppend = (append, after) => {
  for (const id of new Set(append.map(({ commandId }) => commandId))) {
    const { appends } = after.commands.get(id)!;
    if (appends > 1) return `command ${id} had an effect in ${appends} appends`;
    const places = append.flatMap(({ commandId }, place) => (commandId === id ? [place] : []));
    if (places.at(-1)! - places[0]! + 1 !== places.length) return `the events of command ${id} do not stand together`;
  }
  return null;
};
