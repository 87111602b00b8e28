import { setTimeout as sleep } from 'node:timers/promises';

/** A part of the topology. */
export interface Part {
  start(): Promise<unknown>;
  kill(): Promise<void>;
  /** Resolves when it has ended, by whatever; absent where it does not end by itself. */
  gone?(): Promise<void>;
}

export interface Counts {
  readonly kills: number;
  /** Of these, before it was ready. */
  readonly whileStarting: number;
  /** How often it ended by itself before it was ready, as for want of another part. */
  readonly failedStarts: number;
  /** How often it ended by itself after it had been ready. */
  readonly crashes: number;
}

/** As a container engine does: what does not come up is tried again after so long. */
const AGAIN_MS = 500;

/** A part that somebody keeps running: it is started again whenever it is gone. */
export class Supervised {
  readonly counts: Record<keyof Counts, number> = { kills: 0, whileStarting: 0, failedStarts: 0, crashes: 0 };
  private coming: Promise<void> | null = null;
  private dying = false;
  private ended = false;

  /** Of a part that runs. */
  constructor(
    readonly name: string,
    private readonly part: Part,
  ) {
    this.watch();
  }

  /** SIGKILL; it is down for so long. A part that does not tell when it is gone is let come up first. */
  async kill(downMs: number): Promise<void> {
    if (!this.part.gone) await this.coming;
    this.counts.kills += 1;
    if (this.coming) this.counts.whileStarting += 1;
    this.dying = true;
    await this.part.kill();
    await sleep(downMs);
    this.dying = false;
    this.coming ??= this.comeUp().finally(() => (this.coming = null));
  }

  /** Resolves when it is up. */
  async up(): Promise<void> {
    await this.coming;
  }

  /** Whatever comes now, it is not started again. */
  async end(): Promise<void> {
    this.ended = true;
    await this.coming;
  }

  private async comeUp(): Promise<void> {
    while (!this.ended) {
      while (this.dying) await sleep(AGAIN_MS / 10);
      const { kills } = this.counts;
      try {
        await this.part.start();
        return this.watch();
      } catch {
        if (kills !== this.counts.kills) continue;
        this.counts.failedStarts += 1;
        // It may still be there, and only be slow.
        await this.part.kill();
        await sleep(AGAIN_MS);
      }
    }
  }

  private watch(): void {
    void this.part.gone?.().then(() => {
      if (this.ended || this.dying) return;
      this.counts.crashes += 1;
      this.coming ??= this.comeUp().finally(() => (this.coming = null));
    });
  }
}
