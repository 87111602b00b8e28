import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { StoredEvent } from '#event-store';
import type { Log } from '../parts.js';
import { cloudEventOf } from './cloud-event.js';
import { PUBLISHED, type EventFilter } from './event-filter.js';

export interface StreamOptions {
  /** Exclusive start; absent: only what happens from now on. */
  readonly after?: string | undefined;
  readonly filter: EventFilter;
  /** Ends the stream: shutting down. */
  readonly signal: AbortSignal;
  readonly heartbeatMs?: number;
  readonly bufferBytes?: number;
}

const RETRY_MS = 3_000;
const HEARTBEAT_MS = 15_000;
const BUFFER_BYTES = 256 * 1024;

/**
 * Server-sent events: `id` is the position, `event` the type, `data` the CloudEvent. The log is read no faster than the client takes
 * it; one that takes nothing between two heartbeats is closed, and resumes with Last-Event-ID.
 */
export function eventStream(log: Pick<Log, 'subscribe' | 'head'>, options: StreamOptions): PassThrough {
  const out = new PassThrough({ highWaterMark: options.bufferBytes ?? BUFFER_BYTES });
  const closed = new AbortController();
  const client: Client = { out, position: options.after ?? null, stalled: false };
  const beat = setInterval(() => heartbeat(client), options.heartbeatMs ?? HEARTBEAT_MS);
  out.once('close', () => {
    clearInterval(beat);
    closed.abort();
  });
  out.on('error', () => out.destroy());
  out.write(`retry: ${RETRY_MS}\n\n`);
  const signal = AbortSignal.any([options.signal, closed.signal]);
  // Whatever ends the reading, the client comes back with its last position and loses nothing.
  void follow(log, client, options.filter, signal)
    .catch(() => undefined)
    .finally(() => out.end());
  return out;
}

interface Client {
  readonly out: PassThrough;
  /** Everything up to here was sent or does not concern this client. */
  position: string | null;
  /** Was full at the last heartbeat. */
  stalled: boolean;
}

async function follow(
  log: Pick<Log, 'subscribe' | 'head'>,
  client: Client,
  filter: EventFilter,
  signal: AbortSignal,
): Promise<void> {
  client.position ??= (await log.head())?.position ?? null;
  const start = client.position === null ? {} : { after: client.position };
  for await (const notice of log.subscribe({ ...start, prefixes: PUBLISHED, signal })) {
    if (notice.kind === 'events') for (const event of notice.events) await send(client, event, filter, signal);
    if (notice.kind === 'checkpoint') client.position = notice.position;
  }
}

async function send(client: Client, event: StoredEvent, filter: EventFilter, signal: AbortSignal): Promise<void> {
  client.position = event.position;
  if (!filter(event)) return;
  const cloud = cloudEventOf(event);
  const hasRoom = client.out.write(`id: ${event.position}\nevent: ${cloud.type}\ndata: ${JSON.stringify(cloud)}\n\n`);
  if (!hasRoom) await once(client.out, 'drain', { signal });
}

/** Keeps proxies from closing the connection, and moves Last-Event-ID past what did not concern this client. */
function heartbeat(client: Client): void {
  if (client.out.writableNeedDrain) {
    if (client.stalled) client.out.destroy();
    client.stalled = true;
    return;
  }
  client.stalled = false;
  client.out.write(client.position === null ? ': still here\n\n' : `: still here\nid: ${client.position}\n\n`);
}
