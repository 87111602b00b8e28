import type { Appended, EventStore, FrozenBatch } from '#event-store';
import { DoorUnavailable } from './port.js';
import { isStoreError, type Retries } from './retries.js';

/**
 * Appends a frozen batch. An unknown outcome and a store that is away are answered by sending the same bytes again (decision 11).
 * @throws DoorUnavailable when that was of no use; EventStoreError `wrong-expected-revision` and the like as they are
 */
export async function appendFrozen(
  store: Pick<EventStore, 'append'>,
  batch: FrozenBatch,
  retries: Retries,
): Promise<Appended> {
  let unknown = 0;
  let unavailable = 0;
  for (;;) {
    try {
      return await store.append(batch);
    } catch (cause) {
      if (isStoreError(cause, 'outcome-unknown')) unknown += 1;
      else if (isStoreError(cause, 'unavailable')) unavailable += 1;
      else throw cause;
      if (unknown >= retries.unknown || unavailable >= retries.unavailable) throw givenUp(unknown > 0, cause);
      await retries.pause(unknown + unavailable);
    }
  }
}

function givenUp(isUnknown: boolean, cause: unknown): DoorUnavailable {
  return isUnknown
    ? outcomeUnknown(cause)
    : new DoorUnavailable('The record cannot be written just now; nothing was recorded.', { cause });
}

export const outcomeUnknown = (cause: unknown): DoorUnavailable =>
  new DoorUnavailable('The outcome is unknown: send the same request again with the same Idempotency-Key.', {
    outcome: 'outcome-unknown',
    cause,
  });
