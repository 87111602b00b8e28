import type { Views } from './generation.js';

/** The views that answer queries, and those before them until the last of their queries is done. */
export class Serving {
  private answering: Views | null = null;
  private readonly inUse = new Map<Views, number>();
  /** Replaced, each with how it goes. */
  private readonly leaving = new Map<Views, () => Promise<void>>();

  get current(): Views | null {
    return this.answering;
  }

  async ask<T>(views: Views, query: (views: Views) => Promise<T>): Promise<T> {
    this.inUse.set(views, (this.inUse.get(views) ?? 0) + 1);
    try {
      return await query(views);
    } finally {
      const left = (this.inUse.get(views) ?? 1) - 1;
      if (left > 0) this.inUse.set(views, left);
      else this.inUse.delete(views);
      void this.leave(views);
    }
  }

  /** From now on these answer; `leave` sees those before off. */
  replaceBy(next: Views, leave: (before: Views) => Promise<void>): void {
    const before = this.answering;
    this.answering = next;
    if (!before || before === next) return;
    this.leaving.set(before, () => leave(before));
    void this.leave(before);
  }

  async end(): Promise<void> {
    for (const views of this.leaving.keys()) {
      this.inUse.delete(views);
      await this.leave(views);
    }
    await this.answering?.close();
    this.answering = null;
  }

  /** What cannot be removed now goes at the next start. */
  private async leave(views: Views): Promise<void> {
    const leave = this.leaving.get(views);
    if (!leave || this.inUse.has(views)) return;
    this.leaving.delete(views);
    await leave().catch(() => undefined);
  }
}
