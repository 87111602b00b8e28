import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError, type EventStore, type FrozenBatch, type FrozenEvent, type StoredEvent } from '#event-store';
import { CommandFailed } from '../command.js';
import { ChainCheck } from '../verify/chain-check.js';
import { logUpTo, wholeLog, type Head } from '../verify/log-file.js';

export interface Migrated {
  readonly events: number;
  readonly streams: number;
  /** Those of them that were not there before. */
  readonly copied: number;
  readonly secondsCopying: number;
  readonly from: Head;
  readonly to: Head;
}

export interface Migration {
  readonly from: Pick<EventStore, 'readAll' | 'head'>;
  readonly to: Pick<EventStore, 'readAll' | 'head' | 'append'>;
  readonly told: (stage: 'read' | 'copied' | 'compared', done: number, all: number) => void;
}

/** Most events, and bytes of bodies, in one append. */
const BATCH_EVENTS = 100;
const BATCH_BYTES = 4 * 1024 * 1024;
/** How often progress is told. */
const EVERY = 1_000;
/** Attempts of one append before it is left to the next run, and the longest pause between two, ms. */
const ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Copies a log event by event, in its order: ids, revisions, hashes and instants stay what they are, only positions are the target's own.
 * What the target holds must be the beginning of the source, so that a migration that was interrupted goes on where it was.
 * @throws CommandFailed when the source's chain is broken, the target is another log, or a store stays away
 */
export async function migrate({ from, to, told }: Migration): Promise<Migrated> {
  const source = await survey(from, (done) => told('read', done, done));
  const events = source.count;
  const copy = await copyRest(from, to, source, (done) => told('copied', done, events));
  const target = await compare(from, to, source, (done) => told('compared', done, events));
  return { events, streams: target.streams, ...copy, from: source.head, to: await to.head() };
}

interface Surveyed {
  readonly head: Head;
  readonly count: number;
}

/** Counts the events up to the present head, and proves that they are worth moving. */
async function survey(from: Migration['from'], told: (done: number) => void): Promise<Surveyed> {
  const head = await from.head();
  const chains = new ChainCheck();
  let count = 0;
  for await (const event of logUpTo(from, head)) {
    const problem = chains.take(event);
    if (problem)
      throw new CommandFailed(`the log is not intact: ${event.streamId}: ${problem}; see followthrough verify`);
    count += 1;
    if (count % EVERY === 0) told(count);
  }
  return { head, count };
}

/** Passes over what is there, then appends what is not, one batch after the other, so that the order stays the same. */
async function copyRest(
  from: Migration['from'],
  to: Migration['to'],
  { head }: Surveyed,
  told: (done: number) => void,
): Promise<{ copied: number; secondsCopying: number }> {
  const there = wholeLog(to)[Symbol.asyncIterator]();
  let exhausted = false;
  let done = 0;
  let copied = 0;
  let began = performance.now();
  let batch: StoredEvent[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    const [first, ...rest] = batch;
    if (!first) return;
    await send(to, batchOf(first, rest));
    copied += batch.length;
    batch = [];
    bytes = 0;
  }

  for await (const event of logUpTo(from, head)) {
    if (!exhausted) {
      const next = await there.next();
      if (next.done) {
        exhausted = true;
        began = performance.now();
      } else mustBeSame(event, next.value);
    }
    if (exhausted) {
      const size = Buffer.byteLength(JSON.stringify(event.body));
      const fits = batch.length < BATCH_EVENTS && bytes + size <= BATCH_BYTES;
      if (!fits || batch[0]?.streamId !== event.streamId) await flush();
      batch.push(event);
      bytes += size;
    }
    done += 1;
    if (done % EVERY === 0) told(done);
  }
  await flush();
  told(done);
  return { copied, secondsCopying: copied === 0 ? 0 : (performance.now() - began) / 1_000 };
}

/** Reads both logs again, whole: the same events in the same order, each the untouched successor of the one before. */
async function compare(
  from: Migration['from'],
  to: Migration['to'],
  { head, count }: Surveyed,
  told: (done: number) => void,
): Promise<{ streams: number }> {
  const chains = new ChainCheck();
  const there = wholeLog(to)[Symbol.asyncIterator]();
  let done = 0;
  for await (const event of logUpTo(from, head)) {
    const next = await there.next();
    if (next.done) throw new CommandFailed(`the target ends after ${done} of ${count} events`);
    mustBeSame(event, next.value);
    const problem = chains.take(next.value);
    if (problem) throw new CommandFailed(`the target is not intact: ${event.streamId}: ${problem}`);
    done += 1;
    if (done % EVERY === 0) told(done);
  }
  if (!(await there.next()).done)
    throw new CommandFailed('the target holds more than the source: somebody writes to it, or it is another log');
  told(done);
  return { streams: chains.streams };
}

function mustBeSame(source: StoredEvent, target: StoredEvent): void {
  const same =
    source.hash === target.hash &&
    source.streamId === target.streamId &&
    source.id === target.id &&
    source.traceparent === target.traceparent;
  if (!same)
    throw new CommandFailed(
      `the target is another log: it holds revision ${target.revision} of ${target.streamId} where the source has revision ${source.revision} of ${source.streamId}`,
    );
}

function batchOf(first: StoredEvent, rest: readonly StoredEvent[]): FrozenBatch {
  return {
    streamId: first.streamId,
    expected: first.revision === 0 ? 'no-stream' : first.revision - 1,
    events: [frozen(first), ...rest.map(frozen)],
  };
}

/** The event without its place in the log it comes from. */
function frozen(event: StoredEvent): FrozenEvent {
  const { position: _, ...rest } = event;
  return rest;
}

/** The same bytes until their fate is known: what arrived unseen is not doubled. */
async function send(to: Pick<EventStore, 'append'>, batch: FrozenBatch): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await to.append(batch);
      return;
    } catch (error) {
      const code = error instanceof EventStoreError ? error.code : null;
      if (code === 'wrong-expected-revision')
        throw new CommandFailed(
          `the target’s ${(error as Error).message}: somebody else writes to it, or it is another log`,
        );
      if (attempt === ATTEMPTS || (code !== 'outcome-unknown' && code !== 'unavailable')) throw error;
      await sleep(Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS));
    }
  }
}
