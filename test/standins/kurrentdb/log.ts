import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** An event as a client proposes it. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export interface LogRecord extends Proposed {
  readonly stream: string;
  readonly revision: number;
  /** Where it begins in the log, in bytes; commit and prepare position are the same. */
  readonly position: number;
  readonly createdMs: number;
}

export type Expected = number | 'no-stream' | 'stream-exists' | 'any';

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  /** The stream's last revision, or null when there is no such stream. */
  | { readonly kind: 'wrong-version'; readonly current: number | null };

/** One line of the file: one append, whole or not at all. */
interface Line {
  readonly stream: string;
  readonly createdMs: number;
  readonly events: readonly { id: string; type: string; contentType: string; data: string; metadata: string }[];
}

const RECORD_HEADER_BYTES = 64;
const NEWLINE = 0x0a;

/** A log as a KurrentDB node keeps it: append rules, idempotency by event ids, byte positions. With a file, durable before it answers. */
export class Log {
  readonly records: LogRecord[] = [];
  private readonly byStream = new Map<string, LogRecord[]>();
  private readonly growth = new Set<() => void>();
  private file: number | null;
  private end = 0;

  constructor(file?: string) {
    // A node has records of its own before the first of ours.
    this.add('$settings', [{ id: '00000000-0000-4000-8000-000000000000', type: '$UserCreated', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.alloc(0) }], 0); // prettier-ignore
    this.file = file === undefined ? null : openSync(file, 'a+');
    if (file !== undefined && this.file !== null) this.load(file, this.file);
  }

  /** The events of a stream, or null when there is none. */
  stream(name: string): readonly LogRecord[] | null {
    return this.byStream.get(name) ?? null;
  }

  /** What the server does with an expectation and event ids that it may have seen before. */
  append(stream: string, expected: Expected, events: readonly Proposed[]): AppendOutcome {
    const there = this.byStream.get(stream) ?? [];
    const current = there.length === 0 ? null : there.length - 1;
    if (typeof expected === 'number' || expected === 'no-stream') {
      const after = expected === 'no-stream' ? -1 : expected;
      if (after < there.length - 1) {
        const already = there.slice(after + 1, after + 1 + events.length);
        const repeated = already.length === events.length && already.every(({ id }, i) => id === events[i]?.id);
        const last = already.at(-1);
        return repeated && last
          ? { kind: 'appended', revision: last.revision, position: last.position }
          : { kind: 'wrong-version', current };
      }
      if (after > there.length - 1) return { kind: 'wrong-version', current };
    } else if (expected === 'stream-exists' && current === null) return { kind: 'wrong-version', current };
    const createdMs = Date.now();
    this.write({ stream, createdMs, events: events.map(toText) });
    const last = this.add(stream, events, createdMs);
    for (const wake of this.growth) wake();
    return { kind: 'appended', revision: last.revision, position: last.position };
  }

  /** Calls back after each append, until the returned function is called. */
  onGrowth(wake: () => void): () => void {
    this.growth.add(wake);
    return () => void this.growth.delete(wake);
  }

  /** Index of the first record at or after a position. */
  indexOf(position: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private add(stream: string, events: readonly Proposed[], createdMs: number): LogRecord {
    const there = this.byStream.get(stream) ?? [];
    this.byStream.set(stream, there);
    for (const event of events) {
      const record = { ...event, stream, revision: there.length, position: this.end, createdMs };
      this.end += RECORD_HEADER_BYTES + event.data.length + event.metadata.length;
      there.push(record);
      this.records.push(record);
    }
    const last = there.at(-1);
    if (!last) throw new Error('an append without events');
    return last;
  }

  private write(line: Line): void {
    if (this.file === null) return;
    writeSync(this.file, `${JSON.stringify(line)}\n`);
    fdatasyncSync(this.file);
  }

  private load(path: string, file: number): void {
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    // A line that was cut off was never acknowledged.
    if (whole < bytes.length) ftruncateSync(file, whole);
    for (const text of bytes.subarray(0, whole).toString('utf8').split('\n')) {
      if (text === '') continue;
      const { stream, createdMs, events } = JSON.parse(text) as Line;
      this.add(stream, events.map(fromText), createdMs);
    }
  }
}

const toText = ({ data, metadata, ...rest }: Proposed): Line['events'][number] => ({
  ...rest,
  data: data.toString('base64'),
  metadata: metadata.toString('base64'),
});

const fromText = ({ data, metadata, ...rest }: Line['events'][number]): Proposed => ({
  ...rest,
  data: Buffer.from(data, 'base64'),
  metadata: Buffer.from(metadata, 'base64'),
});
