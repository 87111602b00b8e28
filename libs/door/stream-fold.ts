import type { EventStore, StoredEvent } from '#event-store';
import { available, type Retries } from './retries.js';

/** A stream folded up to `last`; null: it does not exist, or nothing of it was taken in. */
export interface Folded<A> {
  readonly value: A;
  readonly last: StoredEvent | null;
  /** How often its memory had been emptied when it was begun: what was emptied meanwhile is not remembered again. */
  readonly age: number;
}

export interface StreamFoldParts<A> {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly retries: Retries;
  readonly empty: A;
  /** Takes a page in; `before` must still mean the same afterwards. */
  readonly fold: (before: Folded<A>, events: readonly StoredEvent[]) => A;
  /** Most streams remembered; the one longest unused is forgotten first. */
  readonly remembered?: number;
}

const PAGE = 500;
const REMEMBERED = 1_000;

/** Folds streams, page by page, and remembers the folds: a stream that was read before costs only what is new in it. */
export class StreamFold<A> {
  private readonly known = new Map<string, Folded<A>>();
  private age = 0;

  constructor(private readonly parts: StreamFoldParts<A>) {}

  /** The stream as it is now. */
  async read(streamId: string): Promise<Folded<A>> {
    const known = this.known.get(streamId);
    const folded =
      (known && (await this.carriedOn(streamId, known))) ?? (await this.extended(streamId, this.nothing()));
    this.keep(streamId, folded);
    return folded;
  }

  /** The stream up to the first event that is beyond, read anew. */
  async readUntil(streamId: string, isBeyond: (event: StoredEvent) => boolean): Promise<Folded<A>> {
    return this.extended(streamId, this.nothing(), isBeyond);
  }

  /** The stream as it was when this process last looked; null when it never did. */
  recall(streamId: string): Folded<A> | null {
    return this.known.get(streamId) ?? null;
  }

  /** Takes in what was just appended behind `before`. */
  append(streamId: string, before: Folded<A>, events: readonly StoredEvent[]): Folded<A> {
    const folded = this.taken(before, events);
    this.keep(streamId, folded);
    return folded;
  }

  /** Remembers what somebody else made of `before` and what was just appended. */
  remember(streamId: string, before: Folded<A>, value: A, last: StoredEvent): Folded<A> {
    const folded = { value, last, age: before.age };
    this.keep(streamId, folded);
    return folded;
  }

  /** After a key was destroyed nothing that it opened may stay in memory, nor come back of a read that had begun. */
  forget(): void {
    this.known.clear();
    this.age += 1;
  }

  /** A stream that does not exist. */
  nothing(): Folded<A> {
    return { value: this.parts.empty, last: null, age: this.age };
  }

  /** Reads the last known event again: when it is another one, the log was restored under us and the fold is worth nothing. */
  private async carriedOn(streamId: string, known: Folded<A>): Promise<Folded<A> | null> {
    const [same, ...newer] = await this.page(streamId, known.last?.revision ?? 0);
    if (!same || same.hash !== known.last?.hash) return null;
    const folded = this.taken(known, newer);
    return newer.length < PAGE - 1 ? folded : this.extended(streamId, folded);
  }

  private async extended(
    streamId: string,
    start: Folded<A>,
    isBeyond?: (event: StoredEvent) => boolean,
  ): Promise<Folded<A>> {
    let folded = start;
    for (;;) {
      const page = await this.page(streamId, folded.last ? folded.last.revision + 1 : 0);
      const end = isBeyond ? page.findIndex(isBeyond) : -1;
      folded = this.taken(folded, end < 0 ? page : page.slice(0, end));
      if (page.length < PAGE || end >= 0) return folded;
    }
  }

  private taken(before: Folded<A>, events: readonly StoredEvent[]): Folded<A> {
    const last = events.at(-1);
    return last ? { value: this.parts.fold(before, events), last, age: before.age } : before;
  }

  private page(streamId: string, from: number): Promise<readonly StoredEvent[]> {
    return available(this.parts.retries, () => this.parts.store.readStream(streamId, { from, limit: PAGE }));
  }

  private keep(streamId: string, folded: Folded<A>): void {
    if (folded.age !== this.age) return;
    this.known.delete(streamId);
    if (!folded.last) return;
    this.known.set(streamId, folded);
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size > (this.parts.remembered ?? REMEMBERED)) this.known.delete(oldest);
  }
}
