import { EventStoreError, type EventStore, type FrozenBatch } from '#event-store';

/** What happens to one append: it fails before it is committed or after, or somebody else is first. */
export type Fault =
  'unavailable' | 'unknown-before-commit' | 'unknown-after-commit' | ((batch: FrozenBatch) => Promise<void>);

export interface FaultyStore extends EventStore {
  /** The next appends meet these, one each. */
  next(...faults: Fault[]): void;
  /** Every append meets this one. */
  always(fault: Fault | null): void;
  /** Every read fails so. */
  readsFail(error: EventStoreError | null): void;
  readonly attempts: readonly FrozenBatch[];
  /** Before the n-th read from now on something else happens. */
  readsWait(n: number, first: () => Promise<unknown>): void;
  /** How often a stream was read. */
  reads: number;
  /** Another log stands in its place from now on, as after a restore. */
  replaceWith(other: EventStore): void;
}

/** A store whose appends fail as they are told to. */
export function faultyStore(original: EventStore): FaultyStore {
  let inner = original;
  const queue: Fault[] = [];
  const attempts: FrozenBatch[] = [];
  let standing: Fault | null = null;
  let reading: EventStoreError | null = null;
  let waiting: { reads: number; first: () => Promise<unknown> } | null = null;
  return {
    ...original,
    attempts,
    reads: 0,
    replaceWith: (other) => void (inner = other),
    next: (...faults) => void queue.push(...faults),
    always: (fault) => void (standing = fault),
    readsFail: (error) => void (reading = error),
    readsWait: (reads, first) => void (waiting = { reads, first }),
    async readStream(streamId, options) {
      this.reads += 1;
      if (waiting && (waiting.reads -= 1) === 0) {
        const { first } = waiting;
        waiting = null;
        await first();
      }
      if (reading) throw reading;
      return inner.readStream(streamId, options);
    },
    async append(batch) {
      attempts.push(batch);
      const fault = queue.shift() ?? standing;
      if (fault === 'unavailable') throw new EventStoreError('unavailable', 'the store is away');
      if (fault === 'unknown-before-commit') throw new EventStoreError('outcome-unknown', 'no answer');
      if (typeof fault === 'function') await fault(batch);
      const appended = await inner.append(batch);
      if (fault === 'unknown-after-commit') throw new EventStoreError('outcome-unknown', 'no answer');
      return appended;
    },
  };
}
