import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { status, type ServerDuplexStream, type ServerReadableStream, type ServerWritableStream, type sendUnaryData } from '@grpc/grpc-js'; // prettier-ignore
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import { BROKEN, type Faults } from './faults.js';
import type { AppendOutcome, Expected, Log, LogRecord, Proposed } from './log.js';
import * as wire from './wire.js';

/** As a node says it. */
const NOWHERE = { code: status.INVALID_ARGUMENT, details: 'Trying to read from an invalid position.' };

/** Records a filtered subscription looks at between two checkpoints, times the client's multiplier. */
const CHECKPOINT_EVERY = 32;

interface Asked {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Proposed[];
}

/** What clients asked for, by way of append. */
export interface Seen {
  appends: number;
  batchAppends: number;
  /** Of both kinds, those that require the leader. */
  appendsForLeader: number;
  reads: number;
  subscriptions: number;
  /** Events that subscriptions were given. */
  delivered: number;
}

/** The service `event_store.client.streams.Streams` over a log. */
export function streamsService(log: Log, faults: Faults, seen: Seen) {
  const subscriptions = new Set<ServerWritableStream<ReadReq, ReadResp>>();

  /** Commits and tells the outcome, unless a fault says otherwise. */
  async function commit(asked: Asked, answer: (outcome: AppendOutcome) => void, fail: () => void): Promise<void> {
    const fault = faults.take();
    if (fault === 'break-before-commit' || fault === 'break-mid-batch') return fail();
    if (typeof fault === 'object' && fault !== null) await sleep(fault.delayMs);
    const outcome = log.append(asked.stream, asked.expected, asked.events);
    if (fault === 'lose-answer') return;
    if (fault === 'break-after-commit') return fail();
    answer(outcome);
  }

  function append(call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void {
    seen.appends += 1;
    const refusal = faults.refusal(call.metadata);
    if (refusal) return callback(refusal);
    if (call.metadata.get('requires-leader').length > 0) seen.appendsForLeader += 1;
    let asked: Asked | undefined;
    let broken = false;
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      const message = request.getProposedMessage();
      if (options)
        asked = {
          stream: wire.streamName(options.getStreamIdentifier()),
          expected: wire.expectedOf(options),
          events: [],
        };
      else if (message && !broken) {
        asked?.events.push(wire.proposed(message));
        broken = faults.takeMidBatch();
        if (broken) callback(BROKEN);
      }
    });
    call.on('end', () => {
      if (!asked || broken) return;
      const { expected } = asked;
      void commit(
        asked,
        (outcome) => callback(null, wire.appendResponse(outcome, expected)),
        () => callback(BROKEN),
      );
    });
  }

  function batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const refusal = faults.refusal(call.metadata);
    if (refusal) return void call.emit('error', refusal);
    const open = new Map<string, Asked & { readonly correlation: UUID }>();
    const fail = () => void call.emit('error', BROKEN);
    call.on('data', (request: BatchAppendReq) => {
      const correlation = request.getCorrelationId();
      if (!correlation) return fail();
      const key = correlation.getString();
      const options = request.getOptions();
      if (options)
        open.set(key, {
          correlation,
          stream: wire.streamName(options.getStreamIdentifier()),
          expected: wire.expectedOfBatch(options),
          events: [],
        });
      const asked = open.get(key);
      if (!asked) return fail();
      asked.events.push(...request.getProposedMessagesList().map(wire.proposed));
      if (!request.getIsFinal()) return void (faults.takeMidBatch() && fail());
      open.delete(key);
      const demoted = faults.refusal(call.metadata);
      if (demoted) return void call.emit('error', demoted);
      seen.batchAppends += 1;
      if (call.metadata.get('requires-leader').length > 0) seen.appendsForLeader += 1;
      void commit(asked, (outcome) => call.write(wire.batchResponse(outcome, asked)), fail);
    });
    call.on('end', () => call.end());
  }

  function read(call: ServerWritableStream<ReadReq, ReadResp>): void {
    const refusal = faults.refusal(call.metadata);
    if (refusal) return void call.emit('error', refusal);
    const options = call.request.getOptions();
    if (!options) return void call.emit('error', { code: status.INVALID_ARGUMENT, details: 'a read without options' });
    if (faults.silentReads) return;
    if (options.hasSubscription()) return void subscribe(call, options);
    seen.reads += 1;
    void answer(call, options);
  }

  /** Whether a record begins there, or the log ends before it. */
  const begins = (position: number | null): boolean =>
    position === null || (log.records[log.indexOf(position)]?.position ?? position) === position;

  async function answer(call: ServerWritableStream<ReadReq, ReadResp>, options: ReadReq.Options): Promise<void> {
    const stream = options.getStream();
    const limit = Number(options.getCount());
    if (stream) {
      const name = wire.streamName(stream.getStreamIdentifier());
      const records = log.stream(name);
      if (!records) call.write(wire.notFoundResponse(name));
      else
        await send(call, someOf(records, options, stream.hasRevision() ? Number(stream.getRevision()) : null, limit));
      return void call.end();
    }
    const all = options.getAll();
    const position = all?.hasPosition() ? Number(all.getPosition()?.getCommitPosition()) : null;
    const index = position === null ? null : log.indexOf(position);
    if (position !== null && faults.placedReads) return void call.emit('error', faults.placedReads);
    if (!begins(position)) return void call.emit('error', NOWHERE);
    await send(call, someOf(log.records, options, index, limit, wire.wantedBy(options)));
    call.end();
  }

  async function subscribe(call: ServerWritableStream<ReadReq, ReadResp>, options: ReadReq.Options): Promise<void> {
    seen.subscriptions += 1;
    subscriptions.add(call);
    const wanted = wire.wantedBy(options);
    const every = CHECKPOINT_EVERY * (options.getFilter()?.getCheckpointintervalmultiplier() ?? 1);
    const all = options.getAll();
    let next = all?.hasEnd() ? log.records.length : 0;
    const after = all?.hasPosition() ? Number(all.getPosition()?.getCommitPosition()) : null;
    if (!begins(after)) return void call.emit('error', NOWHERE);
    if (after !== null) next = log.indexOf(after + 1);
    next = Math.max(0, next - faults.repeats);
    let examined = 0;
    let caughtUp = false;
    let ended = false;
    let wake = () => {};
    const stop = log.onGrowth(() => wake());
    for (const end of ['cancelled', 'error', 'close'])
      call.once(end, () => {
        ended = true;
        wake();
      });
    call.write(wire.confirmationResponse(randomUUID()));
    while (!ended) {
      const record = log.records[next];
      if (!record) {
        if (!caughtUp) call.write(wire.caughtUpResponse());
        caughtUp = true;
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      next += 1;
      examined += 1;
      if (wanted(record)) {
        seen.delivered += 1;
        await write(call, wire.eventResponse(record));
      }
      if (options.getFilter() && examined % every === 0) await write(call, wire.checkpointResponse(record.position));
    }
    stop();
    subscriptions.delete(call);
  }

  return {
    service: { append, batchAppend, read },
    /** Breaks every subscription there is. */
    dropSubscriptions(): void {
      for (const call of subscriptions) call.emit('error', BROKEN);
    },
  };
}

/** A page of records: forwards from a place inclusive, backwards from before it; null is the start or, backwards, the end. */
function someOf(
  records: readonly LogRecord[],
  options: ReadReq.Options,
  from: number | null,
  limit: number,
  wanted: (record: LogRecord) => boolean = () => true,
): LogRecord[] {
  const step = options.getReadDirection() === 0 ? 1 : -1;
  let at = step === 1 ? (from ?? 0) : (from ?? records.length) - 1;
  const found: LogRecord[] = [];
  for (let record = records[at]; record && found.length < limit; record = records[(at += step)])
    if (wanted(record)) found.push(record);
  return found;
}

async function send(call: ServerWritableStream<ReadReq, ReadResp>, records: readonly LogRecord[]): Promise<void> {
  for (const record of records) await write(call, wire.eventResponse(record));
}

/** Writes no faster than the client reads. */
async function write(call: ServerWritableStream<ReadReq, ReadResp>, response: ReadResp): Promise<void> {
  if (call.write(response) || call.cancelled) return;
  const gone = new AbortController();
  const leave = () => gone.abort();
  call.once('cancelled', leave);
  await once(call, 'drain', { signal: gone.signal }).catch(() => undefined);
  call.off('cancelled', leave);
}
