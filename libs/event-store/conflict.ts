import { EventStoreError, type ExpectedRevision } from './port.js';

/** The stream is not where the batch expects it. `actual`: its last revision. */
export function conflict(streamId: string, expected: ExpectedRevision, actual: ExpectedRevision): EventStoreError {
  return new EventStoreError('wrong-expected-revision', `${streamId}: expected ${expected}, is ${actual}`, actual);
}
