import type { StoredEvent } from './envelope.js';
import { BACKOFF, pause, pauseAfter, type Backoff } from './pause.js';
import type { EventStore } from './port.js';

/** How far a consumer has come. The hash shows whether the log under it is still the same one (decision 12). */
export interface Checkpoint {
  readonly position: string;
  readonly hash: string;
}

export interface Follower {
  readonly store: EventStore;
  /** Where the consumer stands, or null at the start. Asked at the beginning and after every failure. */
  readonly load: () => Promise<Checkpoint | null> | Checkpoint | null;
  /** Only streams with one of these prefixes. */
  readonly prefixes?: readonly string[];
  readonly signal: AbortSignal;
  /** Most events per batch. Default 500. */
  readonly batchSize?: number;
  /** Handles a batch in order and keeps the checkpoint with its effect. No events: only the checkpoint moved. */
  readonly apply: (events: readonly StoredEvent[], checkpoint: Checkpoint) => Promise<void>;
  /** The log no longer holds the checkpoint's event (it was restored or replaced): forget everything; it starts from the beginning. */
  readonly onRewound: () => Promise<void>;
  /** Everything there is was applied; again after each time it fell behind. */
  readonly onCaughtUp?: () => void | Promise<void>;
  /** How long the log may grow once all of it was applied, ms: what is recorded meanwhile comes in one batch. Default 0. */
  readonly restMs?: () => number;
  /** Something failed and will be tried again; `attempt` counts failures in a row. */
  readonly onError?: (error: unknown, attempt: number) => void;
  /** First and longest pause between attempts, ms. Default 100 and 15000. */
  readonly backoff?: Backoff;
}

/**
 * Hands a consumer the whole log in order, at least once, from its checkpoint on, for ever: failures of store and consumer are retried with
 * backoff and jitter. Resolves when the signal aborts; a batch in progress is finished first.
 */
export async function follow(follower: Follower): Promise<void> {
  const { signal, onError, backoff = BACKOFF } = follower;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await run(follower, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onError?.(error, failures);
      await pause(pauseAfter(failures, backoff), signal);
    }
  }
}

/** One connection's worth. */
async function run(follower: Follower, progressed: () => void): Promise<void> {
  const { store, prefixes, signal, batchSize, apply, onCaughtUp, restMs = () => 0 } = follower;
  const from = await verifiedCheckpoint(follower);
  // Ends the subscription also when `apply` throws, so that nothing is left waiting.
  const ending = new AbortController();
  const notices = store.subscribe({
    ...(from ? { after: from.position } : {}),
    ...(prefixes ? { prefixes } : {}),
    ...(batchSize ? { pageSize: batchSize } : {}),
    signal: AbortSignal.any([signal, ending.signal]),
  });
  try {
    for await (const notice of notices) {
      if (signal.aborted) return;
      if (notice.kind === 'events') {
        const last = notice.events.at(-1);
        if (last) await apply(notice.events, { position: last.position, hash: last.hash });
      } else if (notice.kind === 'checkpoint') {
        const event = await store.at(notice.position);
        if (event) await apply([], { position: event.position, hash: event.hash });
      } else {
        await onCaughtUp?.();
        const rest = restMs();
        if (rest > 0) await pause(rest, signal);
      }
      progressed();
    }
  } finally {
    ending.abort();
  }
}

async function verifiedCheckpoint({ store, load, onRewound }: Follower): Promise<Checkpoint | null> {
  const checkpoint = await load();
  if (!checkpoint) return null;
  const event = await store.at(checkpoint.position);
  if (event?.hash === checkpoint.hash) return checkpoint;
  await onRewound();
  return null;
}
