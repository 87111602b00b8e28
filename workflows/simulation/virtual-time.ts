interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

/** A queue of things that happen at virtual instants. Nothing waits really. */
export class VirtualTime {
  now = 0;
  private entries: Entry[] = [];
  private order = 0;

  /** Runs `run` after so many virtual milliseconds; the answer cancels it. */
  after(ms: number, run: Entry['run']): () => void {
    const entry: Entry = { at: this.now + Math.max(0, ms), order: this.order++, run, cancelled: false };
    let low = 0;
    for (let high = this.entries.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle] as Entry).at <= entry.at) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, entry);
    return () => (entry.cancelled = true);
  }

  async runUntil(end: number): Promise<void> {
    for (let first = this.entries[0]; first && first.at <= end; first = this.entries[0]) {
      this.entries.shift();
      if (first.cancelled) continue;
      this.now = first.at;
      await first.run();
    }
    this.now = end;
  }
}
