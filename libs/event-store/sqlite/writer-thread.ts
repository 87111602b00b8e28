import { Worker } from 'node:worker_threads';
import { EventStoreError } from '../port.js';
import type { Answer, FromWriter, Request, WriterSetup } from './protocol.js';

type Asked = Request extends infer R ? (R extends { readonly id: number } ? Omit<R, 'id'> : never) : never;

/** The main thread's end of the writer. */
export interface WriterThread {
  /** Resolves with the writer's answer. @throws EventStoreError `unavailable`, or `outcome-unknown` after a time-out or a crash */
  ask(request: Asked): Promise<Answer>;
  /** Answers what was asked, closes the file, ends the thread. */
  close(): Promise<void>;
}

/** Most requests in one message, and most answers worked off in one turn of the event loop. */
const LOAD = 16;

interface Pending {
  readonly settle: (answer: Answer | EventStoreError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Keeps the event loop turning instead of sleeping while an answer is about to come: to be woken takes a good part of the time of an
 * append. Everything else has its turns as ever.
 */
function wakefulness(isWaiting: () => boolean, millis: number): { keep(): void } {
  let until = 0;
  let turning = false;
  const turn = (): void => {
    turning = isWaiting() && performance.now() < until;
    if (turning) setImmediate(turn);
  };
  return {
    keep() {
      until = performance.now() + millis;
      if (!turning) turn();
    },
  };
}

/** Starts the thread on this file's neighbour: TypeScript from source, JavaScript from dist. */
export function spawnWriter(setup: WriterSetup): Worker {
  const neighbour = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js';
  // The flags of the process are not for this thread; some would keep it from starting.
  return new Worker(new URL(neighbour, import.meta.url), { workerData: setup, name: 'event log writer', execArgv: [] });
}

/**
 * Runs the writer and starts it again when it dies.
 * @throws EventStoreError `unsupported` | `unavailable` when the file cannot be opened the first time
 */
export async function startWriter(
  setup: WriterSetup,
  {
    timeoutMillis,
    spawn = spawnWriter,
  }: { timeoutMillis: number; spawn?: ((setup: WriterSetup) => Worker) | undefined },
): Promise<WriterThread> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let outbox: Request[] = [];
  const inbox: Answer[] = [];
  const awake = wakefulness(() => pending.size > 0, setup.awakeMillis);
  let worker: Worker | null = null;
  let closing = false;
  let down = new EventStoreError('unavailable', 'the writer is starting');

  function settle(id: number, answer: Answer | EventStoreError): void {
    const waiting = pending.get(id);
    if (!waiting) return;
    pending.delete(id);
    clearTimeout(waiting.timer);
    waiting.settle(answer);
  }

  /** A load at a turn: whoever is answered asks again at once, and others are to have their turn between. */
  function workOff(): void {
    for (const answer of inbox.splice(0, LOAD)) settle(answer.id, answer);
    if (inbox.length > 0) setImmediate(workOff);
  }

  function settleAll(error: EventStoreError): void {
    for (const answer of inbox.splice(0)) settle(answer.id, answer);
    outbox = [];
    for (const id of [...pending.keys()]) settle(id, error);
  }

  /** Resolves when the file is open. What is asked meanwhile waits in the thread's mailbox. */
  function start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const born = spawn(setup);
      worker = born;
      let ready = false;
      let refused: EventStoreError | null = null;
      let cause: unknown;
      born.on('message', (text: string) => {
        const message = JSON.parse(text) as FromWriter;
        if (message.kind === 'answers') {
          if (inbox.length === 0) setImmediate(workOff);
          inbox.push(...message.answers);
        }
        if (message.kind === 'refused') refused = new EventStoreError(message.code, message.message);
        if (message.kind === 'ready') {
          ready = true;
          resolve();
        }
      });
      born.on('error', (error) => (cause = error));
      born.on('exit', () => {
        worker = null;
        // A thread that never opened the file has written nothing.
        down =
          refused ??
          new EventStoreError(ready ? 'outcome-unknown' : 'unavailable', 'the writer died', undefined, { cause });
        settleAll(down);
        if (ready && !closing) void revive();
        reject(down);
      });
    });
  }

  async function revive(): Promise<void> {
    for (let pause = 100; !closing; pause = Math.min(pause * 2, 5_000)) {
      try {
        await start();
        return;
      } catch (error) {
        down = new EventStoreError('unavailable', 'the writer does not start', undefined, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, pause).unref());
      }
    }
  }

  function post(request: Request): void {
    // What is asked in one turn travels together, in loads small enough that the writer works on one while the next is packed.
    if (outbox.length === 0) process.nextTick(flush);
    outbox.push(request);
    if (outbox.length === LOAD) flush();
  }

  function flush(): void {
    if (outbox.length > 0) worker?.postMessage(JSON.stringify(outbox));
    outbox = [];
    awake.keep();
  }

  await start();
  return {
    ask(request) {
      return new Promise((resolve, reject) => {
        if (closing) return reject(new EventStoreError('unavailable', 'the store is closed'));
        if (!worker) return reject(new EventStoreError('unavailable', down.message, undefined, { cause: down.cause }));
        const id = (lastId += 1);
        const late = () =>
          settle(id, new EventStoreError('outcome-unknown', `no answer from the writer within ${timeoutMillis} ms`));
        const settled = (answer: Answer | EventStoreError) =>
          answer instanceof Error ? reject(answer) : resolve(answer);
        pending.set(id, { settle: settled, timer: setTimeout(late, timeoutMillis) });
        post({ ...request, id });
      });
    },
    async close() {
      if (closing) return;
      closing = true;
      const ending = worker;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      post({ kind: 'close' });
      await ended;
    },
  };
}
