import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Checkpoint, StoredEvent } from '#event-store';
import type { Log } from '../parts.js';
import { cloudEventOf } from './cloud-event.js';
import type { EventFilter } from './event-filter.js';
import { feedPositionOf } from './feed-position.js';
import { PUBLISHED } from './published-types.js';

export interface StreamOptions {
  /** Exclusive start; null: only what happens from now on. */
  readonly after: Checkpoint | null;
  readonly filter: EventFilter;
  readonly publicUrl: string;
  /** Asked at every heartbeat; once it says no, the stream ends. */
  readonly mayGoOn: () => Promise<boolean>;
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
export function eventStream(log: Followed, options: StreamOptions): PassThrough {
  const out = new PassThrough({ highWaterMark: options.bufferBytes ?? BUFFER_BYTES });
  const closed = new AbortController();
  const client: Client = { out, reached: options.after, stalled: false };
  const beat = setInterval(() => {
    heartbeat(client);
    void options.mayGoOn().then((may) => {
      if (!may) closed.abort();
    });
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  out.once('close', () => {
    clearInterval(beat);
    closed.abort();
  });
  out.on('error', () => out.destroy());
  out.write(`retry: ${RETRY_MS}\n\n`);
  const signal = AbortSignal.any([options.signal, closed.signal]);
  // Whatever ends the reading, the client comes back with its last position and loses nothing.
  void follow(log, client, { ...options, signal })
    .catch(() => undefined)
    .finally(() => out.end());
  return out;
}

type Followed = Pick<Log, 'subscribe' | 'head' | 'at'>;

interface Client {
  readonly out: PassThrough;
  /** Everything up to here was sent or does not concern this client. */
  reached: Checkpoint | null;
  /** Was full at the last heartbeat. */
  stalled: boolean;
}

async function follow(log: Followed, client: Client, options: StreamOptions): Promise<void> {
  client.reached ??= await log.head();
  const start = client.reached && { after: client.reached.position };
  // Whoever is cut off before the first event comes back to here, not to a later now.
  if (client.reached) client.out.write(`id: ${feedPositionOf(client.reached)}\n\n`);
  for await (const notice of log.subscribe({ ...start, prefixes: PUBLISHED, signal: options.signal })) {
    if (notice.kind === 'events') for (const event of notice.events) await send(client, event, options);
    if (notice.kind === 'checkpoint') {
      const event = await log.at(notice.position);
      if (event) client.reached = { position: event.position, hash: event.hash };
    }
  }
}

async function send(client: Client, event: StoredEvent, options: StreamOptions): Promise<void> {
  client.reached = { position: event.position, hash: event.hash };
  if (!options.filter(event)) return;
  const cloud = cloudEventOf(event, options.publicUrl);
  const hasRoom = client.out.write(`id: ${cloud.position}\nevent: ${cloud.type}\ndata: ${JSON.stringify(cloud)}\n\n`);
  if (!hasRoom) await once(client.out, 'drain', { signal: options.signal });
}

/** Keeps proxies from closing the connection, and moves Last-Event-ID past what did not concern this client. */
function heartbeat(client: Client): void {
  if (client.out.writableNeedDrain) {
    if (client.stalled) client.out.destroy();
    client.stalled = true;
    return;
  }
  client.stalled = false;
  client.out.write(
    client.reached === null ? ': still here\n\n' : `: still here\nid: ${feedPositionOf(client.reached)}\n\n`,
  );
}
