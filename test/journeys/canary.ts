/** A word that occurs nowhere else: whoever says it can look for it afterwards wherever something was written. */
export class Canary {
  /** The word itself, and what it looks like in base64 wherever it begins. */
  private readonly traces: readonly string[];

  constructor(readonly word: string) {
    this.traces = [
      word,
      ...[0, 1, 2].map((shift) =>
        Buffer.from(`${'x'.repeat(shift)}${word}`)
          .toString('base64')
          .slice(4, -4),
      ),
    ];
  }

  said = (what: string): string => `${this.word}-${what}`;

  isIn = (text: string): boolean => this.traces.some((trace) => text.includes(trace));
}

/** What this process prints while it is listened to. */
export class Printed {
  readonly lines: string[] = [];
  private readonly streams = [process.stdout, process.stderr] as const;
  private readonly writes = this.streams.map((stream) => stream.write.bind(stream));

  constructor() {
    for (const [i, stream] of this.streams.entries())
      stream.write = ((chunk: string | Uint8Array, ...more: never[]) => {
        this.lines.push(String(chunk));
        return this.writes[i]!(chunk, ...more);
      }) as typeof stream.write;
  }

  end(): void {
    for (const [i, stream] of this.streams.entries()) stream.write = this.writes[i]!;
  }
}
