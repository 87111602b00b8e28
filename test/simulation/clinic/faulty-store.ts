import { EventStoreError, type Appended, type EventStore, type FrozenBatch, type StoredEvent } from '#event-store';
import { HOUR, SECOND, type World } from './world.js';

/** A process that uses the store, and dies when it is told to. What it awaits then never comes. */
export interface Process {
  readonly alive: boolean;
  crash(): void;
}

/** Somebody else, who is quicker. */
export type Rival = (streamId: string) => Promise<void>;

/** A new one each time: whoever waits hangs on it, and their life with them. */
const never = (): Promise<never> => new Promise(() => undefined);

/** The log as it truly is: told of each append once, in order. */
export function watchedStore(
  inner: EventStore,
  world: World,
  taken: (events: readonly StoredEvent[]) => void,
): EventStore {
  let position = '';
  return {
    ...inner,
    readStream: (streamId, options) => world.really(inner.readStream(streamId, options)),
    async append(batch) {
      const appended = await world.really(inner.append(batch));
      if (appended.position <= position) return appended;
      position = appended.position;
      // Positions count one by one; the store tells the last.
      taken(batch.events.map((event) => ({ ...event, position: appended.position })));
      return appended;
    },
  };
}

/**
 * The same store as a process sees it through a bad wire: slow, away, answers lost, requests doubled, crashes in between, and others
 * who write to the stream between decision and append.
 */
export function faultyStore(inner: EventStore, world: World, process: Process, rival: Rival): EventStore {
  let awayUntil = 0;
  const reach = (): void => {
    if (world.strikes('store-away', 0.003)) awayUntil = world.now + world.luck.upTo(2 * HOUR);
    if (world.now < awayUntil && !world.calm) throw new EventStoreError('unavailable', 'the store is away');
  };

  async function append(batch: FrozenBatch): Promise<Appended> {
    if (world.strikes('slow-append', 0.04)) await world.pause(world.luck.upTo(20 * SECOND));
    if (world.strikes('crash-before-append', 0.006)) process.crash();
    if (!process.alive) return never();
    reach();
    if (world.strikes('unknown-before-append', 0.01)) throw new EventStoreError('outcome-unknown', 'no answer');
    if (batch.expected !== 'no-stream' && world.strikes('conflict', 0.03)) await rival(batch.streamId);
    const appended = await inner.append(batch);
    if (world.strikes('append-sent-twice', 0.02)) await inner.append(batch);
    if (world.strikes('crash-after-append', 0.006)) process.crash();
    if (!process.alive) return never();
    if (world.strikes('unknown-after-append', 0.01)) throw new EventStoreError('outcome-unknown', 'no answer');
    return appended;
  }

  return {
    ...inner,
    append,
    async readStream(streamId, options) {
      if (!process.alive) return never();
      reach();
      const events = await inner.readStream(streamId, options);
      return process.alive ? events : never();
    },
  };
}
