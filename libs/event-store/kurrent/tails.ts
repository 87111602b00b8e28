import type { ExpectedRevision } from '../port.js';

/** What a stream ends with. */
export type Tail = { readonly revision: number; readonly hash: string } | 'no-stream';

export const revisionOf = (tail: Tail): ExpectedRevision => (tail === 'no-stream' ? tail : tail.revision);

/** When something was learnt: between which two losses of the connection. */
export type Age = number;

/** Most streams remembered; the longest unused is forgotten first. */
const MOST = 10_000;

/**
 * What this process knows of the ends of streams, so that an append need not read them. It holds for one unbroken connection: a server
 * that was restored to another history has broken it, so nothing learnt before is believed after.
 */
export class Tails {
  private readonly known = new Map<string, Tail>();
  private age = 0;
  private connected = false;

  /** To be taken before a read or an append whose result is to be learnt. */
  get now(): Age {
    return this.age;
  }

  /** From here on the connection is watched. */
  connect(): void {
    this.known.clear();
    this.age += 1;
    this.connected = true;
  }

  /** The connection is gone, and with it everything known. */
  disconnect(): void {
    this.known.clear();
    this.age += 1;
    this.connected = false;
  }

  get(streamId: string): Tail | undefined {
    const tail = this.known.get(streamId);
    if (tail !== undefined) this.keep(streamId, tail);
    return tail;
  }

  learn(since: Age, streamId: string, tail: Tail): void {
    if (!this.connected || since !== this.age) return;
    const known = this.known.get(streamId);
    // Answers may overtake each other; a stream only grows.
    if (known !== undefined && length(known) > length(tail)) return;
    this.keep(streamId, tail);
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value ?? '');
  }

  forget(streamId: string): void {
    this.known.delete(streamId);
  }

  private keep(streamId: string, tail: Tail): void {
    this.known.delete(streamId);
    this.known.set(streamId, tail);
  }
}

const length = (tail: Tail): number => (tail === 'no-stream' ? 0 : tail.revision + 1);
