import type { StoredEvent } from '#event-store';
import type { Head, Heads } from './heads-file.js';

/** Takes a log in, event by event, each stream in its order, and keeps where every stream ends. */
export class CollectedHeads {
  private readonly heads = new Map<string, Head>();
  private events = 0;

  take({ streamId, revision, hash }: StoredEvent): void {
    this.events += 1;
    this.heads.set(streamId, { streamId, revision, hash });
  }

  takenAt(now: Date): Heads {
    const { heads, events } = this;
    return { takenAt: now.toISOString(), events, streams: heads.size, heads: heads.values() };
  }
}
