import type { Checkpoint, StoredEvent } from '#event-store';
import type { Counters } from './counters.js';
import { backOff, pause } from './pause.js';
import type { Log, OperatorLog } from './ports.js';

/** Somebody who takes in the log in order and remembers how far. */
export interface Follower {
  readonly name: string;
  load(): Checkpoint | null;
  /** The log is not the one we followed: forget everything that came of it. */
  rewound(): void;
  /** Called before each reading, after the checkpoint was found good or forgotten. */
  prepare?(): Promise<void>;
  /** Takes the events in and saves the checkpoint, in one transaction. */
  apply(events: readonly StoredEvent[], checkpoint: Checkpoint): void | Promise<void>;
  /** Nothing up to here was for us. */
  passed(checkpoint: Checkpoint): void;
  caughtUp?(): void;
}

const REST_MS = 40;

export interface Following {
  readonly log: Log;
  readonly counters: Counters;
  readonly operator: OperatorLog;
  readonly signal: AbortSignal;
  readonly mostWaitMs?: number;
  /** How long the log may grow once all of it was taken in. Absent: so long that what is recorded close together costs one transaction. */
  readonly restMs?: number | undefined;
}

/** Follows the log until the signal aborts. A failure is waited out and the log opened again at the checkpoint. */
export async function followLog(follower: Follower, following: Following): Promise<void> {
  const { signal, counters, operator } = following;
  for (let failures = 0; !signal.aborted;) {
    try {
      await verify(follower, following);
      await follower.prepare?.();
      await readOn(follower, following, () => (failures = 0));
      if (!signal.aborted) await pause(backOff(0, 500), signal);
    } catch (error) {
      if (signal.aborted) return;
      counters.followerFailures += 1;
      operator.warn(`${follower.name} waits: ${(error as Error).name}`);
      await pause(backOff(failures, following.mostWaitMs ?? 30_000), signal);
      failures += 1;
    }
  }
}

/** A checkpoint whose event is gone or another one belongs to a log that no longer exists. */
async function verify(follower: Follower, { log, counters, operator }: Following): Promise<void> {
  const checkpoint = follower.load();
  if (!checkpoint) return;
  const event = await log.at(checkpoint.position);
  if (event?.hash === checkpoint.hash) return;
  counters.rewinds += 1;
  operator.warn(`${follower.name}: the log was restored or rewound; starting again`);
  follower.rewound();
}

/** Without a filter, so that every position is passed and none stands still; followers pick what is theirs. */
async function readOn(
  follower: Follower,
  { log, signal, restMs = REST_MS }: Following,
  progressed: () => void,
): Promise<void> {
  const after = follower.load()?.position;
  const notices = log.subscribe({ signal, ...(after === undefined ? {} : { after }) });
  for await (const notice of notices) {
    if (signal.aborted) return;
    if (notice.kind === 'caught-up') {
      follower.caughtUp?.();
      if (restMs > 0) await pause(restMs, signal);
    }
    if (notice.kind === 'checkpoint') await pass(follower, log, notice.position);
    if (notice.kind === 'events') await take(follower, notice.events);
    progressed();
  }
}

async function take(follower: Follower, events: readonly StoredEvent[]): Promise<void> {
  const after = follower.load()?.position ?? '';
  const fresh = events.filter((event) => event.position > after); // at least once: what came before is dropped here
  const last = fresh.at(-1);
  if (last) await follower.apply(fresh, { position: last.position, hash: last.hash });
}

async function pass(follower: Follower, log: Log, position: string): Promise<void> {
  if (position <= (follower.load()?.position ?? '')) return;
  const event = await log.at(position);
  if (event) follower.passed({ position, hash: event.hash });
}
