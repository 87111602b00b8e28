import { verifyLink, type FrozenEvent, type StoredEvent } from '#event-store';

/** All that the next link of a stream is checked against; a whole event for every stream would not fit in memory. */
type Head = Pick<FrozenEvent, 'streamId' | 'revision' | 'hash' | 'recordedAt'>;

/** Checks every stream's hash chain, of many at once or one after the other; in each in the order of the log. */
export class ChainCheck {
  private readonly heads = new Map<string, Head>();
  private done = 0;

  get streams(): number {
    return this.done + this.heads.size;
  }

  /** Nothing more of this stream will come. */
  forget(streamId: string): void {
    if (this.heads.delete(streamId)) this.done += 1;
  }

  /** Null when this is the untouched successor of the event before it in its stream, else what is wrong. */
  take(event: StoredEvent): string | null {
    const { streamId, revision, hash, recordedAt } = event;
    const problem = verifyLink((this.heads.get(streamId) as FrozenEvent | undefined) ?? null, event);
    // Also after a break: what follows is judged by what stands there, so that one break is told once.
    this.heads.set(streamId, { streamId, revision, hash, recordedAt });
    return problem;
  }
}
