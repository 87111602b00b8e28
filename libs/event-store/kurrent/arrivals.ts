import { START } from '@kurrent/kurrentdb-client';
import type { StoredEvent } from '../envelope.js';
import { EventStoreError } from '../port.js';
import { TimedOut } from '../within.js';
import type { Connection } from './connection.js';
import { readError } from './errors.js';
import type { Scope } from './scope.js';
import { positionText, toPosition } from './positions.js';

export type Arrival =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'checkpoint'; readonly position: string }
  | { readonly kind: 'caught-up' };

export interface Wanted {
  readonly connection: Connection;
  readonly scope: Scope;
  /** Exclusive; undefined from the beginning. */
  readonly after: string | undefined;
  readonly prefixes: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** How long the server may take to confirm it, ms. */
  readonly timeoutMillis: number;
}

/** Arrivals kept while nobody asks for them; beyond that client and server wait. */
const MOST_WAITING = 1_000;

/**
 * What one subscription to `$all` gives, in the order of the log, as much at a time as has come. Ends when the signal aborts.
 * @throws EventStoreError when it is not confirmed in time, breaks, or ends by itself
 */
export async function* arrivals({
  connection,
  scope,
  after,
  prefixes,
  signal,
  timeoutMillis,
}: Wanted): AsyncGenerator<readonly Arrival[], void> {
  let waiting: Arrival[] = [];
  let failure: EventStoreError | null = null;
  let wake = () => {};
  let goOn = () => {};
  /** The client goes on after a mark when this resolves: else a follower that is slow would come to hold the whole log. */
  const room = async () => {
    if (waiting.length >= MOST_WAITING) await new Promise<void>((resolve) => (goOn = resolve));
  };
  const put = (arrival: Arrival) => {
    // The client tells marks at once but buffers events: what came before the mark goes first.
    drain();
    waiting.push(arrival);
    wake();
  };
  const fail = (cause: unknown) => {
    failure ??= readError(cause);
    wake();
  };
  const { client, replaced } = connection.current;
  const subscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : toPosition(after),
    requiresLeader: true,
    filter: {
      ...scope.filter(prefixes),
      checkpointReached: (_, position) => {
        put({ kind: 'checkpoint', position: positionText(position) });
        return room();
      },
    },
  });
  function drain(): void {
    try {
      for (let resolved; (resolved = subscription.read() as { event?: Parameters<Scope['event']>[0] } | null);)
        if (resolved.event) waiting.push({ kind: 'event', event: scope.event(resolved.event) });
    } catch (error) {
      fail(error);
    }
  }
  const unconfirmed = setTimeout(() => fail(new TimedOut(`no subscription within ${timeoutMillis} ms`)), timeoutMillis);
  subscription.on('confirmation', () => clearTimeout(unconfirmed));
  subscription.on('caughtUp', () => put({ kind: 'caught-up' }));
  subscription.on('readable', () => {
    if (waiting.length < MOST_WAITING) drain();
    wake();
  });
  subscription.on('error', fail);
  subscription.on('end', () => fail(new Error('the server ended the subscription')));
  const stop = () => wake();
  const leave = () => fail(new Error('the connection was replaced'));
  signal.addEventListener('abort', stop);
  replaced.addEventListener('abort', leave);
  try {
    while (!signal.aborted) {
      drain();
      if (waiting.length > 0) {
        const come = waiting;
        waiting = [];
        goOn();
        yield come;
      } else if (failure !== null) throw failure as EventStoreError;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearTimeout(unconfirmed);
    signal.removeEventListener('abort', stop);
    replaced.removeEventListener('abort', leave);
    waiting = [];
    goOn();
    subscription.unsubscribe().catch(() => undefined);
  }
}
