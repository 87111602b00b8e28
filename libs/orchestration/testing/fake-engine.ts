import { EngineAway, type Engine, type EngineSession } from '../ports.js';

/** Temporal as pokes and census see it: up or down, emptied, failing for some ids. */
export class FakeEngine implements Engine {
  pokes: { episodeId: string; revision: number; again: boolean }[] = [];
  /** Ids whose poke fails, though the server is up. */
  readonly failing = new Set<string>();
  /** The server does not answer, and nobody has noticed yet. */
  silent = false;
  private namespace = 1;
  private lost = new AbortController();
  private up = false;
  private arrivals: (() => void)[] = [];

  connect(): void {
    this.up = true;
    this.lost = new AbortController();
    for (const go of this.arrivals.splice(0)) go();
  }

  lose(): void {
    this.up = false;
    this.lost.abort();
  }

  /** The server comes back without its database. */
  empty(): void {
    this.lose();
    this.namespace += 1;
    this.pokes = [];
    this.connect();
  }

  poked(): string[] {
    return this.pokes.map(({ episodeId, revision }) => `${episodeId}@${revision}`);
  }

  isUp(): boolean {
    return this.up;
  }

  async session(signal: AbortSignal): Promise<EngineSession | null> {
    while (!this.up && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.arrivals.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return signal.aborted ? null : this.present();
  }

  present(): EngineSession {
    const { lost } = this;
    return {
      namespaceId: `namespace-${this.namespace}`,
      lost: lost.signal,
      poke: async (episodeId, revision, again = false) => {
        if (this.silent || lost.signal.aborted) throw new EngineAway('silent');
        if (this.failing.has(episodeId)) throw new Error('this one fails');
        this.pokes.push({ episodeId, revision, again });
      },
      isRunning: async (episodeId) => this.pokes.some((poke) => poke.episodeId === episodeId),
    };
  }
}
