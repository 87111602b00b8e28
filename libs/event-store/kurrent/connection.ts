import { setMaxListeners } from 'node:events';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../port.js';

/** One client, and whether it was replaced: subscriptions that run on it are to be taken up on its successor. */
export interface Link {
  readonly client: KurrentDBClient;
  readonly replaced: AbortSignal;
  /** The answers to reads that were given up. */
  readonly held: Set<Promise<unknown>>;
}

/** A server takes some hundred calls at a time from one connection; reads that were given up may hold a good part of them. */
const MOST_HELD = 32;

/** The least time between two replacements, ms, doubled while they do not help: a client costs some memory that does not come back. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/**
 * The client in use. It finds its node again by itself, with three exceptions, for which it is replaced: its native reader stays lost when
 * the leader of a cluster goes away, what it failed to learn about the server at first it never asks again, and no read of it can be
 * cancelled: one that was given up holds its call until it is answered or the connection ends.
 */
export class Connection {
  private readonly connectionString: string;
  /** How long appends under way on a replaced client may still be answered, ms. */
  private readonly graceMillis: number;
  private readonly leaving = new Map<KurrentDBClient, NodeJS.Timeout>();
  private replacing = new AbortController();
  private link: Link;
  private since = 0;
  private rest = REST_MS;
  private closed = false;

  /** @throws EventStoreError `invalid` when the text is no connection string */
  constructor(connectionString: string, graceMillis: number) {
    this.connectionString = connectionString;
    this.graceMillis = graceMillis;
    this.link = this.open();
  }

  get current(): Link {
    return this.link;
  }

  /** For one more read. @throws EventStoreError `unavailable` when so many were given up that it might never be on its way */
  forReading(): Link {
    if (this.link.held.size >= MOST_HELD) this.replace(this.link);
    if (this.link.held.size < MOST_HELD) return this.link;
    throw new EventStoreError('unavailable', `KurrentDB: ${this.link.held.size} reads are not answered`);
  }

  /** A read was given up. */
  gaveUp({ held }: Link, answer: Promise<unknown>): void {
    held.add(answer);
    const release = () => void held.delete(answer);
    answer.then(release, release);
  }

  /** Something was answered. */
  answered(): void {
    this.rest = REST_MS;
  }

  replace({ client }: Link): void {
    // What is under way when it is closed may fail afterwards.
    if (this.closed || client !== this.link.client || performance.now() - this.since < this.rest) return;
    this.rest = Math.min(this.rest * 2, LONGEST_REST_MS);
    const before = this.replacing;
    this.replacing = new AbortController();
    this.link = this.open();
    before.abort();
    const leave = () => {
      this.leaving.delete(client);
      void client.dispose();
    };
    this.leaving.set(client, setTimeout(leave, this.graceMillis));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.leaving.values()) clearTimeout(timer);
    await Promise.all([this.link.client, ...this.leaving.keys()].map((client) => client.dispose()));
    this.leaving.clear();
  }

  private open(): Link {
    this.since = performance.now();
    try {
      const client = KurrentDBClient.connectionString(this.connectionString);
      // Every subscription listens.
      setMaxListeners(0, this.replacing.signal);
      return { client, replaced: this.replacing.signal, held: new Set() };
    } catch (cause) {
      // Without the cause: both may show the password.
      throw new EventStoreError('invalid', `the connection string of KurrentDB: ${withoutPassword(cause as Error)}`);
    }
  }
}

const withoutPassword = ({ message }: Error): string => message.replaceAll(/\/\/[^@\s]*@/g, '//…@');
