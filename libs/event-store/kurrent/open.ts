import type { EventStore } from '../port.js';
import type { KurrentStoreOptions } from './store.js';

export type { KurrentStoreOptions } from './store.js';

/**
 * A log in KurrentDB (or EventStoreDB from 24.6). All calls go to the leader, so that what was written is read.
 * @throws EventStoreError `invalid` when the connection string is not one, `unavailable` or `access-denied` when the server cannot be read
 */
export async function openKurrentStore(options: KurrentStoreOptions): Promise<EventStore> {
  // Loaded here: the client takes a quarter of a second and 40 MB, which nobody who opens SQLite should pay.
  const { connect } = await import('./store.js');
  return connect(options);
}
