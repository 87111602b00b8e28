import { luckFor, type Luck } from '../../simulation/chance.js';
import type { Client } from './client.js';

export interface LoadOptions {
  readonly seed: number;
  readonly people: number;
  /** Mean pause of a person between two patients, milliseconds. */
  readonly everyMs: number;
}

/** People who refer patients and report concerns, write notes, and send again what they sent; each by a chance of their own. */
export class Load {
  private readonly ending = new AbortController();
  private readonly working: Promise<unknown>;

  constructor(
    private readonly client: Client,
    private readonly options: LoadOptions,
  ) {
    this.working = Promise.all(
      Array.from({ length: options.people }, (_, n) => this.person(luckFor(options.seed, n, 'people'))),
    );
    this.working.catch(() => undefined); // thrown where the load is ended
  }

  /** No new act; resolves when what was begun is answered. @throws what a person met that is no "not now" */
  async end(): Promise<void> {
    this.ending.abort();
    await this.working;
  }

  private async person(luck: Luck): Promise<void> {
    while (!this.ending.signal.aborted) {
      const episodeId = await this.client.refer();
      await this.client.act(
        episodeId,
        'safety-concerns',
        'SafetyConcernRaised',
        { note: 'reported' },
        { repeats: luck.below(3) },
      );
      for (let notes = luck.below(3); notes > 0; notes -= 1)
        await this.client.act(episodeId, 'notes', 'NoteAdded', { text: 'a note' }, { repeats: luck.below(2) });
      await new Promise((resolve) => setTimeout(resolve, luck.wait(this.options.everyMs)));
    }
  }
}
