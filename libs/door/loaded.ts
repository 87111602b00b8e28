import { prevHashOf, type StoredEvent } from '#event-store';
import type { Remembered } from './command-memory.js';
import type { Loaded } from './port.js';
import type { Folded } from './stream-fold.js';

/** A folded stream as callers of the door see it. */
export const loadedOf = <S>(
  streamId: string,
  { value, last }: Pick<Folded<Remembered<S>>, 'value' | 'last'>,
): Loaded<S> => ({
  state: value.state,
  revision: last?.revision ?? -1,
  position: last?.position ?? null,
  lastHash: last?.hash ?? prevHashOf(streamId),
  lastRecordedAt: last?.recordedAt ?? null,
  organisation: last?.organisation ?? null,
});

/** A stream that does not exist, or must look as if it did not. */
export const absent = <S>(streamId: string, initial: S): Loaded<S> =>
  loadedOf(streamId, { value: { state: initial, commands: new Map(), acts: [] }, last: null });

/** Whether the stream belongs to another organisation. */
export const isForeign = (last: StoredEvent | null, organisation: string): boolean =>
  last !== null && last.organisation !== organisation;
