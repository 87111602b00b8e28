import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError, pauseAfter } from '#event-store';
import { DoorUnavailable } from './port.js';

/** How often the door tries again before it gives up, and how it waits in between. */
export interface Retries {
  /** Attempts of one frozen batch whose outcome stays unknown. */
  readonly unknown: number;
  /** Decisions upon a stream that others keep appending to. */
  readonly conflicts: number;
  /** Attempts while the store says that it is away. */
  readonly unavailable: number;
  readonly pause: (attempt: number) => Promise<void>;
}

const BACKOFF = { firstMillis: 15, longestMillis: 1_000 };
const pause = (attempt: number): Promise<void> => sleep(pauseAfter(attempt, BACKOFF));

export const RETRIES: Retries = { unknown: 5, conflicts: 8, unavailable: 4, pause };

export const isStoreError = (error: unknown, code: EventStoreError['code']): boolean =>
  error instanceof EventStoreError && error.code === code;

/** Reads, trying again while the store is away. @throws DoorUnavailable */
export async function available<T>(retries: Retries, read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (cause) {
      if (!isStoreError(cause, 'unavailable')) throw cause;
      if (attempt >= retries.unavailable) throw new DoorUnavailable('The record cannot be read just now.', { cause });
      await retries.pause(attempt);
    }
  }
}
