import { NO_STREAM } from '@kurrent/kurrentdb-client';
import { admit } from '../admission.js';
import { conflict } from '../conflict.js';
import { EventStoreError, type Appended, type EventStore, type FrozenBatch } from '../port.js';
import type { Connection } from './connection.js';
import { appendError, foundNoNode, isType } from './errors.js';
import type { Line } from './line.js';
import { within } from '../within.js';
import { positionText } from './positions.js';
import { toProposed } from './recorded.js';
import type { Scope } from './scope.js';
import { revisionOf, type Tail, type Tails } from './tails.js';

export interface AppendParts {
  readonly connection: Connection;
  readonly scope: Scope;
  readonly line: Line;
  readonly tails: Tails;
  readonly timeoutMillis: number;
  readonly readStream: EventStore['readStream'];
  readonly readTail: (streamId: string) => Promise<Tail>;
}

/** `EventStore.append`. The server compares revision and ids; the hash a batch follows, and that of a repeated one, are compared here. */
export async function appendTo(parts: AppendParts, batch: FrozenBatch): Promise<Appended> {
  const { connection, scope, line, tails, timeoutMillis, readTail } = parts;
  admit(batch);
  const { streamId, expected, events } = batch;
  line.watch();
  const since = tails.now;
  const known = tails.get(streamId);
  const tail = known !== undefined && revisionOf(known) === expected ? known : await readTail(streamId);
  if (revisionOf(tail) !== expected) return explain(parts, batch, revisionOf(tail));
  if (tail !== 'no-stream' && tail.hash !== events[0].prevHash)
    throw new EventStoreError('invalid', `${streamId}: the batch does not follow the stored revision ${expected}`);
  const link = connection.current;
  try {
    const { nextExpectedRevision, position } = await within(
      timeoutMillis,
      link.client.appendToStream(scope.name(streamId), events.map(toProposed), {
        // Exact, always: only then does the server know a repeated batch for ever.
        streamState: expected === 'no-stream' ? NO_STREAM : BigInt(expected),
        requiresLeader: true,
        deadline: timeoutMillis,
      }),
    );
    if (!position) throw new EventStoreError('outcome-unknown', `${streamId}: the server tells no position`);
    const revision = Number(nextExpectedRevision);
    tails.learn(since, streamId, { revision, hash: (events.at(-1) ?? events[0]).hash });
    return { revision, position: positionText(position) };
  } catch (cause) {
    tails.forget(streamId);
    if (foundNoNode(cause)) connection.replace(link);
    if (!isType(cause, 'wrong-expected-version')) throw appendError(cause);
    const actual = revisionOf(await readTail(streamId));
    if (actual === expected)
      throw new EventStoreError(
        'unavailable',
        `${streamId}: the node that was written to is not the one that was read`,
      );
    return explain(parts, batch, actual);
  }
}

/** The first result, when exactly these events stand where they were meant to; else why not. */
async function explain(
  { readStream }: AppendParts,
  { streamId, expected, events }: FrozenBatch,
  actual: ReturnType<typeof revisionOf>,
): Promise<Appended> {
  const there = await readStream(streamId, { from: events[0].revision, limit: events.length });
  const last = there.at(-1);
  if (!last || there.length !== events.length || there.some(({ id }, i) => id !== events[i]?.id))
    throw conflict(streamId, expected, actual);
  if (last.hash !== events.at(-1)?.hash)
    throw new EventStoreError('invalid', `${streamId}: these event ids hold other content`);
  return { revision: last.revision, position: last.position };
}
