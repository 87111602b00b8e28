import { EventStoreError, type EventStore, type EventStoreErrorCode } from './port.js';

/** How one append ended. */
export type AppendOutcome = 'appended' | EventStoreErrorCode | 'failed';
/** Told after each append: how it ended and how many seconds it took. */
export type OnAppend = (outcome: AppendOutcome, seconds: number) => void;

/** The same store, whose appends are timed. */
export const observed = (store: EventStore, onAppend: OnAppend): EventStore =>
  withAppend(store, async (batch) => {
    const began = performance.now();
    const tell = (outcome: AppendOutcome): void => onAppend(outcome, (performance.now() - began) / 1000);
    try {
      const appended = await store.append(batch);
      tell('appended');
      return appended;
    } catch (error) {
      tell(error instanceof EventStoreError ? error.code : 'failed');
      throw error;
    }
  });

/** The same store with something around its appends. */
export function withAppend(store: EventStore, append: EventStore['append']): EventStore {
  return {
    append,
    readStream: (streamId, options) => store.readStream(streamId, options),
    readAll: (options) => store.readAll(options),
    head: () => store.head(),
    at: (position) => store.at(position),
    subscribe: (options) => store.subscribe(options),
    health: () => store.health(),
    close: () => store.close(),
  };
}
