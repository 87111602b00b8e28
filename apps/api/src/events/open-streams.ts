import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Problem } from '../http/problems.js';

const MOST_PER_CALLER = 4;

/** Counts the open event streams of each caller, and ends all of them before the server closes. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly ending = new AbortController();
  private readonly open = new Map<string, number>();

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  beforeApplicationShutdown(): void {
    this.ending.abort();
  }

  /** @throws Problem when this caller holds too many already; answers how to give the place back */
  take(caller: string): () => void {
    const held = this.open.get(caller) ?? 0;
    if (held >= MOST_PER_CALLER)
      throw new Problem('too-many-streams', `One caller may hold ${MOST_PER_CALLER} streams at a time.`, {
        headers: { 'retry-after': '15' },
      });
    this.open.set(caller, held + 1);
    return () => this.open.set(caller, (this.open.get(caller) ?? 1) - 1);
  }
}
