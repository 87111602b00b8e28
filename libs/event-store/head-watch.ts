import { setMaxListeners } from 'node:events';

/** Lets subscriptions sleep until the log has grown. */
export interface HeadWatch {
  /** Something was committed here: look now. */
  wake(): void;
  /** Resolves when the log's last place is not `place` any more, or the signal aborts. Rejects when the log cannot be read or is closed. */
  moved(place: number, signal: AbortSignal): Promise<void>;
  /** Rejects whoever waits. */
  close(reason: Error): void;
}

export interface HeadPolling {
  /** Milliseconds between two looks while the log grows. */
  readonly busyMs: number;
  /** The longest pause while it does not. */
  readonly idleMs: number;
}

interface Waiter {
  readonly place: number;
  readonly settle: (error?: Error) => void;
}

/** One timer for all who wait. Without `polling` only `wake` is heard: enough when nobody else can write. */
export function watchHead(lastPlace: () => number, polling?: HeadPolling): HeadWatch {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let pause = polling?.busyMs ?? 0;
  let closed: Error | undefined;

  function look(): void {
    if (waiters.size === 0) return;
    try {
      const place = lastPlace();
      for (const waiter of waiters) {
        if (waiter.place === place) continue;
        pause = polling?.busyMs ?? 0;
        waiter.settle();
      }
    } catch (error) {
      for (const waiter of waiters) waiter.settle(error as Error);
    }
  }

  function schedule(): void {
    if (!polling || timer || waiters.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      pause = Math.min(pause * 1.25, polling.idleMs);
      look();
      schedule();
    }, pause);
  }

  return {
    wake: look,
    moved(place, signal) {
      return new Promise<void>((resolve, reject) => {
        if (closed) return reject(closed);
        if (signal.aborted) return resolve();
        const onAbort = () => waiter.settle();
        const waiter: Waiter = {
          place,
          settle(error) {
            waiters.delete(waiter);
            signal.removeEventListener('abort', onAbort);
            if (waiters.size === 0) {
              clearTimeout(timer);
              timer = undefined;
            }
            if (error) reject(error);
            else resolve();
          },
        };
        // Many consumers may share one signal of the whole process.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.add(waiter);
        // The log may have grown between the caller's look and now.
        look();
        schedule();
      });
    },
    close(reason) {
      closed = reason;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.settle(reason);
    },
  };
}
